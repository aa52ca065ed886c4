//! What is fuzzed of rosters, which need the feature `desk`; the rest is in `targets.rs`.

use std::collections::BTreeSet;

use baidi::lab::roster::Roster;
use baidi::lab::roster::template::Template;

/// A table of people as somebody may send it: what is read names a line of it, and no card's name leaves its folder.
pub(crate) fn roster(data: &[u8]) {
    let Ok(roster) = Roster::parse(data) else { return };
    let template = Template::parse("{id}{name}{id:last4}.jpg", &roster).ok();
    for person in &roster.people {
        assert!(person.line > 1);
        assert_eq!(person.columns.len(), roster.headings.iter().collect::<BTreeSet<_>>().len());
        if let Some(Ok(name)) = template.as_ref().map(|t| t.name(person, "stem")) {
            assert!(!name.contains(['/', '\\', '\0']) && name.len() > ".jpg".len(), "{name:?}");
        }
    }
}
