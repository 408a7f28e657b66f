<?php

use App\Kernel;

return fn (array $context) => new Kernel($context["APP_ENV"], false);
