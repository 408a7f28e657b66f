(defproject com.example/recipes "0.2.0"
  :description "A small cookbook"
  :dependencies [[org.clojure/clojure "1.12.0"]
                 [ring/ring-core "1.13.0"]
                 [ring/ring-jetty-adapter "1.13.0"]
                 [compojure "1.7.1"]
                 [com.taoensso/carmine "3.4.1"]]
  :main ^:skip-aot recipes.core
  :profiles {:uberjar {:aot :all}})
