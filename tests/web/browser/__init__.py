"""What a person does in a browser, done in one: Debian's chromium, driven by Playwright."""
