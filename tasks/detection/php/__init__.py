"""PHP: Composer projects, frameworks with their public folder, and plain pages."""
