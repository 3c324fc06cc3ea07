"""The web door: HTTP over what publishing says."""
