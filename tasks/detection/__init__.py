"""Pure: files to evidence to an application profile. One small module an ecosystem."""
