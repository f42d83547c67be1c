//! What a child does, in Polish.

use super::life::{Child, GROWN};

const CLASSES: [&str; 8] =
    ["pierwszej", "drugiej", "trzeciej", "czwartej", "piątej", "szóstej", "siódmej", "ósmej"];

/// What a child of this age does, without stating the age; `pick` chooses among equals.
pub(crate) fn child_does(child: &Child, pick: usize) -> String {
    let one = |options: &[&str]| options[pick % options.len()].to_owned();
    let does = match child.age {
        0 => one(&["ma dopiero kilka miesięcy", "jeszcze nie przesypia nocy"]),
        1..=2 => one(&[
            "właśnie uczy się mówić",
            "od niedawna chodzi do żłobka",
            "wspina się na każdy mebel",
        ]),
        3..=5 => one(&["chodzi do przedszkola", "w przedszkolu jest w grupie Żabek"]),
        6 => "jest w zerówce".to_owned(),
        7..=14 => format!("chodzi do {} klasy", CLASSES[usize::from(child.age - 7)]),
        15..=17 => one(&["uczy się w liceum", "jest w technikum", "chodzi do szkoły średniej"]),
        GROWN.. if child.age < 24 => {
            one(&["studiuje zaocznie i pracuje", "studiuje", "jest na pierwszej w życiu posadzie"])
        }
        GROWN.. => one(if child.female {
            &[
                "wyprowadziła się kilka ulic dalej",
                "pracuje za granicą",
                "mieszka już osobno",
                "urządziła się w innym mieście",
            ]
        } else {
            &[
                "wyprowadził się kilka ulic dalej",
                "pracuje za granicą",
                "mieszka już osobno",
                "urządził się w innym mieście",
            ]
        }),
        _ => one(&["szykuje się do matury", "kończy szkołę średnią"]),
    };
    format!("{} {does}", child.name)
}
