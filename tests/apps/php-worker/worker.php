<?php

require __DIR__ . '/vendor/autoload.php';

while (true) {
    sleep((int) getenv('PAUSE_S'));
}
