//! `docs/openapi.json`, written from the types that go over HTTP. It is what `baidi serve` shows at `/openapi.json`, and what is tried on a running server.

use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::shown::Specs;
use super::wire::{CheckQuestion, FixQuestion, Fixed, Health, Problem, SpecsQuestion};
use crate::rules::spec::BUILTIN;

const SCHEMAS: &str = "/components/schemas";

fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = SCHEMAS.into();
        settings.meta_schema = None;
    })
}

/// The properties of a question: its fields, none of which must be there.
fn properties<T: JsonSchema>() -> Map<String, Value> {
    let schema = settings().into_generator().into_root_schema_for::<T>().to_value();
    let mut properties = schema["properties"].as_object().expect("an object").clone();
    for property in properties.values_mut() {
        let property = property.as_object_mut().expect("a schema");
        // What may be left out is never null in an address.
        if let Some(Value::Array(types)) = property.get("type") {
            let only = types.iter().find(|t| *t != "null").expect("a type").clone();
            property.insert("type".to_owned(), only);
        }
        property.remove("default");
    }
    if let Some(spec) = properties.get_mut("spec") {
        spec["enum"] = BUILTIN.iter().map(|(name, _)| *name).collect();
    }
    if let Some(background) = properties.get_mut("background") {
        background["pattern"] = "^(#[0-9A-Fa-f]{6}|[a-z0-9-]+)$".into();
    }
    properties
}

/// The same as parameters of an address.
fn parameters<T: JsonSchema>() -> Value {
    let parameter = |(name, mut schema): (String, Value)| {
        let described = schema.as_object_mut().expect("a schema").remove("description");
        json!({ "name": name, "in": "query", "description": described, "schema": schema })
    };
    properties::<T>().into_iter().map(parameter).collect()
}

/// A photo, or a form with it and what the address may say, too.
fn body<T: JsonSchema>() -> Value {
    let mut fields = properties::<T>();
    let photo = json!({
        "type": "string",
        "contentMediaType": "application/octet-stream",
        "description": "The photo's file; the name it is given is the photo's, where `name` says no other."
    });
    fields.insert("photo".to_owned(), photo);
    json!({
        "required": true,
        "description": "The photo's file, whatever its type is called, 64 MiB at most: JPEG, PNG, WebP, TIFF, BMP, GIF, HEIC or AVIF. Or a form.",
        "content": {
            "application/octet-stream": { "schema": { "type": "string", "contentMediaType": "application/octet-stream" } },
            "multipart/form-data": {
                "schema": { "type": "object", "properties": fields, "required": ["photo"], "additionalProperties": false }
            }
        }
    })
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#{SCHEMAS}/{name}") })
}

fn answer(described: &str, kind: &str, schema: &Value) -> Value {
    json!({ "description": described, "content": { kind: { "schema": schema } } })
}

/// `answers` with what may go wrong.
fn or_problem(mut answers: Map<String, Value>, statuses: &[u16]) -> Value {
    for status in statuses {
        let described = match status {
            400 => "The question cannot be read or answered, or the photo did not come whole.",
            401 => "The token is missing or wrong.",
            403 => "`Origin` is another site's.",
            408 => "The photo came too slowly.",
            413 => "The file is larger than 64 MiB, or the picture than 200 megapixels.",
            415 => "The file is no picture of a kind that is read.",
            421 => "`Host` is another server's.",
            422 => {
                "No card can be made, or no verdict be given: damaged, no face, several faces, a window that cannot be reached."
            }
            429 => "Too many photos at once.",
            500 => "A fault of baidi; please send us what it says.",
            503 => "The server is ending, or the photo took too long.",
            other => panic!("{other} has no words"),
        };
        let mut problem = answer(described, "application/problem+json", &schema("Problem"));
        if *status == 429 {
            problem["headers"] = json!({
                "Retry-After": { "description": "Seconds to stay away.", "required": true, "schema": { "type": "integer", "minimum": 1 } }
            });
        }
        answers.insert(status.to_string(), problem);
    }
    answers.into()
}

fn ok(answer: Value) -> Map<String, Value> {
    Map::from_iter([("200".to_owned(), answer)])
}

/// The report's schema, whose own parts get names that begin with `Report`.
fn report(schemas: &mut Map<String, Value>) {
    let text = include_str!("../../../docs/report.schema.json")
        .replace("#/$defs/", &format!("#{SCHEMAS}/Report"));
    let mut report: Value = serde_json::from_str(&text).expect("JSON");
    let report_of = report.as_object_mut().expect("a schema");
    report_of.remove("$schema");
    for (name, part) in report_of.remove("$defs").expect("parts").as_object().expect("parts") {
        schemas.insert(format!("Report{name}"), part.clone());
    }
    schemas.insert("Report".to_owned(), report);
}

fn document() -> Value {
    let mut said: SchemaGenerator = settings().for_serialize().into_generator();
    said.subschema_for::<Fixed>();
    said.subschema_for::<Problem>();
    said.subschema_for::<Specs>();
    said.subschema_for::<Health>();
    let mut schemas = said.take_definitions(true);
    report(&mut schemas);
    let photo = [400, 401, 403, 408, 413, 415, 421, 422, 429, 500, 503];
    let json = "application/json";
    let mut fixed = answer(
        "The card, and what there is to say of it. With `Accept: image/jpeg` the card alone, its status in the header `Baidi-Status`.",
        json,
        &schema("Fixed"),
    );
    fixed["content"]["image/jpeg"] =
        json!({ "schema": { "type": "string", "contentMediaType": "image/jpeg" } });
    fixed["headers"] = json!({
        "Baidi-Status": {
            "description": "How the card fares, where it comes alone.",
            "schema": { "type": "string", "enum": ["compliant", "review", "not-compliant"] }
        }
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "baidi serve",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Turns a portrait into the photo an office accepts, and says why the last one came back. docs/http.md tells more.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
        },
        "servers": [{ "url": "http://127.0.0.1:8642" }],
        "security": [{ "token": [] }],
        "paths": {
            "/v1/fix": { "post": {
                "operationId": "fix",
                "summary": "Makes the photo an office accepts, and checks it.",
                "parameters": parameters::<FixQuestion>(),
                "requestBody": body::<FixQuestion>(),
                "responses": or_problem(ok(fixed), &photo)
            } },
            "/v1/check": { "post": {
                "operationId": "check",
                "summary": "Says what an office would object to.",
                "parameters": parameters::<CheckQuestion>(),
                "requestBody": body::<CheckQuestion>(),
                "responses": or_problem(ok(answer("What `baidi check --json` prints.", json, &schema("Report"))), &photo)
            } },
            "/v1/specs": { "get": {
                "operationId": "specs",
                "summary": "Lists the built-in specs.",
                "parameters": parameters::<SpecsQuestion>(),
                "responses": or_problem(ok(answer("The specs.", json, &schema("Specs"))), &[400, 401, 403, 421])
            } },
            "/healthz": { "get": {
                "operationId": "healthz",
                "summary": "Says that photos are taken, and how many are here.",
                "security": [],
                "responses": or_problem(ok(answer("It serves.", json, &schema("Health"))), &[403, 421])
            } },
            "/metrics": { "get": {
                "operationId": "metrics",
                "summary": "Counts and times, as Prometheus reads them.",
                "responses": or_problem(ok(answer("The counts.", "text/plain", &json!({ "type": "string" }))), &[401, 403, 421])
            } }
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } }
        }
    })
}

#[test]
fn the_interface_that_is_handed_out_is_that_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let text = serde_json::to_string_pretty(&document()).expect("JSON") + "\n";
    if std::env::var_os("BAIDI_WRITE").is_some() {
        std::fs::write(&path, &text).expect("written");
    }
    let committed = std::fs::read_to_string(&path).expect("`just schema` writes it");
    assert!(committed == text, "docs/openapi.json is of other types; `just schema` writes it anew");
}

#[test]
fn every_part_that_is_named_is_there() {
    let document = document();
    let text = document.to_string();
    let mut named = 0;
    for rest in text.split("\"$ref\":\"#").skip(1) {
        let to = rest.split('"').next().expect("a name");
        assert!(document.pointer(to).is_some(), "{to}");
        named += 1;
    }
    assert!(named > 40, "{named}");
}
