<?php

define("DB_HOST", getenv("WORDPRESS_DB_HOST") ?: "localhost");
