"""mineralkg: who promised what to whom about critical minerals, how firmly, and on whose words."""
