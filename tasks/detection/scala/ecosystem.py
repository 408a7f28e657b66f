from tasks.detection.reading import Ecosystem
ECOSYSTEM = Ecosystem("scala", lambda tree: (), None)
