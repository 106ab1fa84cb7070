"""Where mail comes from: adapters that hand out bytes. Knows ``model`` and ``errors``, no pure package and no other adapter."""
