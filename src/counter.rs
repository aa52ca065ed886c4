//! What is asked over a counter, by the page and over HTTP: a question and a photo's bytes → the report as the program writes it, the card, and what to show beside them.
//!
//! It knows neither files nor the network: the page's module calls it, and so does `baidi serve`.

pub mod answer;
pub mod question;
pub mod shown;
pub mod wire;

#[cfg(test)]
#[path = "counter/openapi/tests.rs"]
mod openapi;
#[cfg(test)]
mod tests;
