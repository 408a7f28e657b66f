<?php

namespace Ours;

final class Money {}
