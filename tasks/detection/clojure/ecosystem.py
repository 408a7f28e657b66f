from tasks.detection.reading import Ecosystem
ECOSYSTEM = Ecosystem("clojure", lambda tree: (), None)
