(ns pings.main
  (:require [org.httpkit.server :as http])
  (:gen-class))

(defn handler [_]
  {:status 200 :body "pong"})

(defn -main [& _]
  (http/run-server handler {:port 8084}))
