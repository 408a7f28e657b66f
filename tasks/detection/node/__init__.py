"""Node.js and TypeScript projects."""
