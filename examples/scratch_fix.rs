//! scratch: a judge-compatible fix without the CLI
use baidi::pipeline::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let get = |n: &str| a.iter().position(|x| x == n).map(|i| a[i + 1].clone());
    let spec = baidi::spec::PhotoSpec::builtin(&get("--spec").unwrap_or("shebao".into())).unwrap();
    let mut w = Worker::new().unwrap();
    let bytes = std::fs::read(&a[2]).unwrap();
    match w.fix(&bytes, &spec, &FixOptions::default()) {
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(2)
        }
        Ok(f) => {
            std::fs::write(get("--output").unwrap(), &f.jpeg.bytes).unwrap();
            if let Some(m) = get("--matte") {
                f.matte.to_gray().save(m).unwrap();
            }
            let t: Vec<String> = f
                .times
                .iter()
                .map(|t| format!("{} {:.1}", t.stage, t.time.as_secs_f64() * 1e3))
                .collect();
            let h = f.placed.head;
            let p = |p: baidi::geometry::Point| [p.x, p.y];
            let r = serde_json::json!({"photos":[{"placement":{"source_to_card": f.placed.source_to_card}, "times": t, "landmarks": h.landmarks.points().iter().map(|q| p(*q)).collect::<Vec<_>>(),
              "making": f.making.iter().map(|m| format!("{} {:?}", m.rule, m.outcome.measured)).collect::<Vec<_>>() }]});
            if let Some(p) = get("--report") {
                std::fs::write(p, r.to_string()).unwrap();
            }
            println!("{} {}", a[2], t.join(" "));
        }
    }
}
