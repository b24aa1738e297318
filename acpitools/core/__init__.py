"""Ground floor: errors, units, ranges, findings and the value types that layers share."""
