"""The page kit: components, navigation, typography."""
