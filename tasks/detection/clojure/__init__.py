"""Clojure: Leiningen projects and deps.edn."""
