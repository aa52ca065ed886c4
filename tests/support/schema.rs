//! Whether a report keeps to its schema: as much of JSON Schema as the generated one uses. A keyword it does not know is a fault, so that nothing is passed over, and an object has no
//! properties but those that are listed.

use serde_json::Value;

/// What in `value` is not as `schema` wants it, each with its place.
pub(crate) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(schema, schema, value, "", &mut found);
    found
}

fn compare(root: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else { return };
    let mut fault = |what: String| found.push(format!("{place}: {what}"));
    let is_open = keywords.get("additionalProperties");
    let mut deeper = Vec::new();
    for (keyword, wanted) in keywords {
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" | "additionalProperties" => {}
            "$ref" => match wanted.as_str().and_then(|to| root.pointer(to.trim_start_matches('#')))
            {
                Some(target) => deeper.push((target, value, place.to_owned())),
                None => fault(format!("no {wanted} in the schema")),
            },
            "type" => {
                let is = |kind: &Value| match kind.as_str() {
                    Some("null") => value.is_null(),
                    Some("boolean") => value.is_boolean(),
                    Some("string") => value.is_string(),
                    Some("number") => value.is_number(),
                    Some("integer") => value.is_i64() || value.is_u64(),
                    Some("array") => value.is_array(),
                    Some("object") => value.is_object(),
                    _ => false,
                };
                if !wanted.as_array().map_or_else(|| is(wanted), |kinds| kinds.iter().any(is)) {
                    fault(format!("{value} is no {wanted}"));
                }
            }
            "enum" => {
                if !wanted.as_array().is_some_and(|values| values.contains(value)) {
                    fault(format!("{value} is none of {wanted}"));
                }
            }
            "const" => {
                if wanted != value {
                    fault(format!("{value} is not {wanted}"));
                }
            }
            "minimum" | "maximum" => {
                let over = |(limit, v): (f64, f64)| {
                    if keyword == "minimum" { v < limit } else { v > limit }
                };
                if wanted.as_f64().zip(value.as_f64()).is_some_and(over) {
                    fault(format!("{value} is beyond the {keyword} of {wanted}"));
                }
            }
            "minItems" | "maxItems" => {
                let length = value.as_array().map(|items| items.len() as u64);
                let over = |(limit, n): (u64, u64)| {
                    if keyword == "minItems" { n < limit } else { n > limit }
                };
                if wanted.as_u64().zip(length).is_some_and(over) {
                    fault(format!("{} items, {keyword} is {wanted}", length.unwrap_or_default()));
                }
            }
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    deeper.push((wanted, item, format!("{place}/{i}")));
                }
            }
            "required" => {
                let names = wanted.as_array().into_iter().flatten().filter_map(Value::as_str);
                for name in names.filter(|name| value.is_object() && value.get(name).is_none()) {
                    fault(format!("{name} is missing"));
                }
            }
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    match (wanted.get(name), is_open) {
                        (Some(own), _) => deeper.push((own, inner, format!("{place}/{name}"))),
                        (None, None) => fault(format!("{name} is not in the schema")),
                        (None, Some(_)) => {}
                    }
                }
            }
            "anyOf" | "oneOf" => {
                let fits = |one: &Value| {
                    let mut own = Vec::new();
                    compare(root, one, value, place, &mut own);
                    own.is_empty()
                };
                if !wanted.as_array().is_some_and(|all| all.iter().any(fits)) {
                    fault(format!("{value} is none of {wanted}"));
                }
            }
            other => fault(format!("the keyword {other} is not known here")),
        }
    }
    if let (Some(open), None) = (is_open, keywords.get("properties")) {
        for (name, inner) in value.as_object().into_iter().flatten() {
            deeper.push((open, inner, format!("{place}/{name}")));
        }
    }
    for (schema, value, place) in deeper {
        compare(root, schema, value, &place, found);
    }
}
