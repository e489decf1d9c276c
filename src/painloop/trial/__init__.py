"""Virtual trials: arms, diaries, endpoints and analyses, replicated."""
