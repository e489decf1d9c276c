"""What is known of ketamine for pain, in words: claims, trials, guidelines, answers, and a leaflet for patients."""
