"""What may differ between shops and places: law packs, presets, words and settings."""
