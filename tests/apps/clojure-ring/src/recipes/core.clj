(ns recipes.core
  (:require [compojure.core :refer [defroutes GET]]
            [ring.adapter.jetty :refer [run-jetty]])
  (:gen-class))

(defroutes app
  (GET "/health" [] "ok")
  (GET "/" [] "recipes"))

(defn -main [& _]
  (let [port (Integer/parseInt (or (System/getenv "PORT") "3005"))]
    (run-jetty app {:port port :join? true})))
