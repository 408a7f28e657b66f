<?php

use Illuminate\Support\Facades\Route;

Route::get('/', fn () => 'hello '.env('SHOP_OWNER', 'nobody'));
