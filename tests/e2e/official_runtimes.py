"""What Dockerfiles take for granted of the images of servers and interpreters beside Python and Node."""

from __future__ import annotations

from tests.e2e.official_images import Official

_EXTENSIONS = (
    "ctype curl dom fileinfo ftp iconv mbstring mysqlnd openssl pdo_sqlite phar posix readline simplexml sodium sqlite3"
    " tokenizer xml xmlreader xmlwriter zlib"
)
_IN_PHP = {
    "php is in /usr/local/bin": 'test "$(command -v php)" = /usr/local/bin/php',
    "PHP_VERSION is the version": 'test "$(php -r "echo PHP_VERSION;")" = "$PHP_VERSION"',
    "the usual extensions are switched on": f"for each in {_EXTENSIONS}; do php -m | grep -qix $each || exit 1; done",
    "others are not": "! php -m | grep -qiE '^(gd|intl|zip|bcmath|pdo_mysql|mysqli|sockets|exif)$'",
    "settings are read from PHP_INI_DIR": (
        'echo memory_limit=77M > $PHP_INI_DIR/conf.d/a.ini && test "$(php -r \'echo ini_get("memory_limit");\')" = 77M'
    ),
    "there is a php.ini for production to copy": (
        'cp "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini" && php --ini | grep -q php.ini'
    ),
    "an extension is installed and switched on": "docker-php-ext-install -j2 pdo_mysql && php -m | grep -qx pdo_mysql",
    "the application's folder is www-data's": 'test "$(stat -c %U:%a /var/www/html)" = www-data:1777',
    "Debian's own PHP cannot be mixed in": "grep -q 'Pin-Priority: -1' /etc/apt/preferences.d/no-debian-php",
    "an option is for php": "docker-php-entrypoint -v | grep -q ^PHP",
}
_PHP_FINE = ("php", "-r", "echo 'fine';")

NGINX = Official(
    images=("nginxinc/nginx-unprivileged:stable",),
    has={
        "it runs as nginx, which is 101:101": 'test "$(id -u):$(id -g):$(id -un)" = 101:101:nginx',
        "it listens on 8080": "grep -qE 'listen +8080' /etc/nginx/conf.d/default.conf",
        "the pages are in /usr/share/nginx/html": "ls /usr/share/nginx/html/index.html /usr/share/nginx/html/50x.html",
        "the configuration is valid for its user": "nginx -t",
        "what it writes goes to /tmp": "nginx -T 2> /dev/null | grep -c ' /tmp/' | grep -qx 6",
        "its logs are the container's": "cd /var/log/nginx && test -L access.log && test -L error.log",
        "NGINX_VERSION is the version": 'nginx -v 2>&1 | grep -F "nginx/$NGINX_VERSION"',
        "templates are filled in": (
            "mkdir /etc/nginx/templates && echo 'server { listen ${PORT}; }' > /etc/nginx/templates/a.conf.template"
            " && PORT=9090 /docker-entrypoint.sh nginx -T 2> /dev/null | grep -q 'listen 9090'"
        ),
    },
    cmd=("nginx", "-g", "daemon off;"),
    entrypoint=("/docker-entrypoint.sh",),
    user="101",
    ports=("8080/tcp",),
    stop_signal="SIGQUIT",
    builds={
        "nginxinc/nginx-unprivileged:stable": (
            "COPY --chown=101:101 Dockerfile /usr/share/nginx/html/page.txt",
            "RUN nginx && curl --fail --silent localhost:8080/page.txt | grep -q COPY",
        )
    },
)
PHP_CLI = Official(
    images=("php:8.2-cli", "php:8.4-cli"),
    has=_IN_PHP,
    cmd=("php", "-a"),
    entrypoint=("docker-php-entrypoint",),
    env=("PHP_INI_DIR=/usr/local/etc/php",),
    answers=_PHP_FINE,
    builds={
        "php:8.2-cli": (
            "RUN docker-php-ext-configure intl && docker-php-ext-install intl zip && docker-php-ext-enable opcache",
            "RUN pecl install redis-6 && docker-php-ext-enable redis && php -m | grep -x redis",
            "USER www-data",
            'RUN php -r \'exit(extension_loaded("intl") && extension_loaded("zip") ? 0 : 1);\'',
        )
    },
)
PHP_APACHE = Official(
    images=("php:8.2-apache", "php:8.4-apache"),
    has=_IN_PHP,
    cmd=("apache2-foreground",),
    entrypoint=("docker-php-entrypoint",),
    env=("PHP_INI_DIR=/usr/local/etc/php", "APACHE_CONFDIR=/etc/apache2", "APACHE_ENVVARS=/etc/apache2/envvars"),
    workdir="/var/www/html",
    ports=("80/tcp",),
    stop_signal="SIGWINCH",
    builds={
        "php:8.4-apache": (
            "RUN a2enmod rewrite && sed -i 's/^Listen 80$/Listen 8080/' /etc/apache2/ports.conf",
            "RUN sed -i 's/:80>/:8080>/' /etc/apache2/sites-available/000-default.conf",
            "RUN echo '<?php echo \"php \".PHP_VERSION;' > index.php",
            "USER www-data",
            "RUN apache2-foreground & curl -fs --retry 9 --retry-connrefused --retry-delay 1 localhost:8080 | grep php",
        )
    },
)
PHP_FPM = Official(
    images=("php:8.2-fpm", "php:8.4-fpm"),
    has={**_IN_PHP, "php-fpm listens on 9000": "php-fpm -tt 2>&1 | grep -q 'listen = 9000'"},
    cmd=("php-fpm",),
    entrypoint=("docker-php-entrypoint",),
    env=("PHP_INI_DIR=/usr/local/etc/php",),
    workdir="/var/www/html",
    ports=("9000/tcp",),
    stop_signal="SIGQUIT",
)
RUBY = Official(
    images=("ruby:3.1-slim", "ruby:3.3-slim"),
    has={
        "ruby, gem, bundle, irb and rake are in /usr/local/bin": "cd /usr/local/bin && ls ruby gem bundle irb rake",
        "they come first on PATH": 'test "$(command -v ruby bundle | xargs -n1 dirname | sort -u)" = /usr/local/bin',
        "RUBY_VERSION is the version": 'test "$(ruby -e "print RUBY_VERSION")" = "$RUBY_VERSION"',
        "every user may install gems": 'test "$(stat -c %a "$GEM_HOME")" = 1777',
        "a gem's programs are found": (
            "cd $(mktemp -d) && mkdir bin && echo 'puts 42' > bin/forty-two && echo \"Gem::Specification.new { |s|"
            " s.name = s.summary = 'forty-two'; s.version = '1'; s.authors = ['a']; s.files = ['bin/forty-two'];"
            " s.executables = ['forty-two'] }\" > a.gemspec && gem build --silent a.gemspec"
            ' && gem install --silent --local forty-two-1.gem && test "$(forty-two)" = 42'
        ),
        "bundler's settings are the image's": (
            "cd $(mktemp -d) && touch Gemfile && bundle config set --local path.system true"
            " && test -f /usr/local/bundle/config"
        ),
        "headers for native extensions": "test -f \"$(ruby -e 'print RbConfig::CONFIG[%q(rubyhdrdir)]')/ruby.h\"",
    },
    cmd=("irb",),
    env=(
        "LANG=C.UTF-8",
        "GEM_HOME=/usr/local/bundle",
        "BUNDLE_SILENCE_ROOT_WARNING=1",
        "BUNDLE_APP_CONFIG=/usr/local/bundle",
    ),
    answers=("ruby", "-e", "require 'openssl'; puts 'fine'"),
)
BUN = Official(
    images=("oven/bun:1-slim",),
    has={
        "bun and bunx are in /usr/local/bin": "cd /usr/local/bin && ls bun bunx",
        "it is Bun 1": "bun --version | grep -q '^1[.]'",
        "the user bun is 1000:1000 with a home": 'test "$(id -u bun):$(id -g bun)" = 1000:1000 && test -d /home/bun',
        "node is Bun where there is no Node": "test \"$(node --print '6 * 7')\" = 42",
        "an option is for bun": "docker-entrypoint.sh --version | grep -q '^1[.]'",
    },
    cmd=("/usr/local/bin/bun",),
    entrypoint=("/usr/local/bin/docker-entrypoint.sh",),
    env=("BUN_INSTALL_BIN=/usr/local/bin", "BUN_RUNTIME_TRANSPILER_CACHE_PATH=0"),
    workdir="/home/bun/app",
    answers=("bun", "--print", "'fine'"),
    builds={
        "oven/bun:1-slim": (
            'RUN echo \'{"dependencies":{"is-number":"7.0.0"}}\' > package.json',
            "RUN bun install && rm -r node_modules && bun install --frozen-lockfile --production",
            "USER bun",
            "RUN bun --print 'require(\"is-number\")(1)'",
        )
    },
)
DENO = Official(
    images=("denoland/deno:2", "denoland/deno:debian-2.5.6"),
    has={
        "deno is in /usr/bin": 'test "$(command -v deno)" = /usr/bin/deno',
        "DENO_VERSION is the version": 'deno --version | grep -F "deno $DENO_VERSION "',
        "the user deno is 1993 and owns the cache": 'test "$(id -u deno):$(stat -c %U /deno-dir)" = 1993:deno',
        "an init is in /tini": "/tini --version",
        "a subcommand is for deno, another command is not": (
            "docker-entrypoint.sh eval '0' && test \"$(docker-entrypoint.sh echo yes)\" = yes"
        ),
    },
    cmd=("eval", "console.log('Welcome to Deno!')"),
    entrypoint=("/tini", "--", "docker-entrypoint.sh"),
    env=("DENO_DIR=/deno-dir/", "DENO_INSTALL_ROOT=/usr/local"),
    answers=("eval", "console.log('fine')"),
    builds={
        "denoland/deno:2": (
            "WORKDIR /app",
            "RUN chown deno /app",
            "USER deno",
            "RUN echo 'import number from \"npm:is-number@7\"; console.log(number(1))' > main.ts",
            "RUN deno cache main.ts && deno run main.ts | grep true",
        )
    },
)
