""".NET: MSBuild projects, solutions and what their code says."""
