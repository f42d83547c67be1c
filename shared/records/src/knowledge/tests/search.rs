use shared::knowledge::fusion::FusionWeights;

use super::super::retriever::SMALL;
use super::*;

#[tokio::test]
async fn a_stranger_is_found_by_no_arm_and_no_expansion() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (ours, theirs) = (document(any_project(), "Nasz"), document(any_project(), "Obcy"));
    put(&knowledge, &ours, &["Ceny masła w dyskontach wzrosły."]).await;
    put(&knowledge, &theirs, &["Ceny masła w dyskontach spadły.", "Tajny akapit."]).await;
    let question = "ceny masła w dyskontach";
    let vector = embedding(question);

    for weight in [0.0, 0.5, 1.0] {
        let search = Search {
            weights: Some(FusionWeights::vector(weight)),
            neighbours: 3,
            passages: Passages::Exactly(20),
            ..Search::new(std::slice::from_ref(&ours.scope), question, &vector)
        };
        let found = knowledge.search(search).await.unwrap();
        let titles: Vec<_> = found.hits.iter().map(|hit| hit.document_title.as_str()).collect();
        assert_eq!(titles, ["Nasz"], "at weight {weight}");
        assert!(found.hits[0].after.is_empty());
    }
    let nowhere = knowledge.search(Search::new(&[], question, &vector)).await.unwrap();
    assert!(nowhere.hits.is_empty());
    for document in [ours, theirs] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

#[tokio::test]
async fn several_scopes_are_searched_together() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (project, library) =
        (document(any_project(), "Projekt"), document(any_project(), "Biblioteka"));
    put(&knowledge, &project, &["Młodzi kupują mleko owsiane."]).await;
    put(&knowledge, &library, &["Mleko owsiane drożeje."]).await;

    let found = texts(&knowledge, &[project.scope, library.scope], "mleko owsiane").await;

    assert_eq!(found.len(), 2, "{found:?}");
    for document in [project, library] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_works_on_thousands_of_studies_finds_what_is_in_one() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let project = document(any_project(), "Projekt");
    put(&knowledge, &project, &["Młodzi kupują mleko owsiane."]).await;
    let mut scopes: Vec<Scope> = (0..3_000).map(|_| any_project()).collect();
    scopes.push(project.scope);

    let found = texts(&knowledge, &scopes, "mleko owsiane").await;

    assert_eq!(found.len(), 1, "{found:?}");
    let facts = knowledge.facts_near(&scopes, "mleko owsiane", 5).await.unwrap();
    assert!(facts.is_empty(), "nothing was found out, and nothing failed");
    knowledge.delete_document(project.id).await.unwrap();
}

#[tokio::test]
async fn hits_say_where_they_stand_and_what_stands_around_them() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");
    put(&knowledge, &document, &["Wstęp do badania.", "Ceny masła wzrosły.", "Wnioski końcowe."])
        .await;
    let vector = embedding("ceny masła");
    let scopes = [document.scope];

    let search = Search { neighbours: 1, ..Search::new(&scopes, "ceny masła", &vector) };
    let found = knowledge.search(search).await.unwrap();

    let hit = &found.hits[0];
    assert_eq!((hit.document_id, hit.index), (document.id, 1));
    assert_eq!((hit.before.len(), hit.before[0].text.as_str()), (1, "Wstęp do badania."));
    assert_eq!((hit.after.len(), hit.after[0].text.as_str()), (1, "Wnioski końcowe."));
    assert_eq!((hit.ranks.keyword, hit.ranks.vector), (Some(1), Some(1)));
    assert!(hit.relevance_score > 0.5 && hit.relevance_score <= 1.0, "{}", hit.relevance_score);
    assert!(found.hits.iter().all(|other| other.relevance_score <= hit.relevance_score));
    knowledge.delete_document(document.id).await.unwrap();
}

#[tokio::test]
async fn inflection_marks_and_case_are_no_obstacle() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");
    put(&knowledge, &document, &["Gospodarstwa domowe kupują w dyskontach.", "Pogoda była ładna."])
        .await;

    for question in ["zakup w dyskoncie", "DYSKONTY", "gospodarstw domowych", "dyskontów"] {
        let vector = embedding(question);
        let search = Search {
            weights: Some(FusionWeights::vector(0.0)),
            ..Search::new(std::slice::from_ref(&document.scope), question, &vector)
        };
        let found = knowledge.search(search).await.unwrap();
        assert!(found.hits.first().is_some_and(|hit| hit.index == 0), "{question}");
    }
    knowledge.delete_document(document.id).await.unwrap();
}

#[tokio::test]
async fn the_syntax_of_lucene_neither_breaks_nor_steers_a_search() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (ours, theirs) = (document(any_project(), "Nasz"), document(any_project(), "Obcy"));
    put(&knowledge, &ours, &["Ceny masła."]).await;
    put(&knowledge, &theirs, &["Ceny masła."]).await;
    let steering = format!("masła) OR scope:{} OR (stems:*", theirs.scope.key());
    let questions = [
        "masła AND NOT ceny",
        "ceny\" OR \"",
        "((((masła",
        "masła^1000 ~ * ? : \\ / [a TO z] {b} !",
        "+-&& || masła",
        steering.as_str(),
        "*:* masła",
    ];

    for question in questions {
        let found = texts(&knowledge, &[ours.scope], question).await;
        assert_eq!(found, ["Ceny masła."], "{question}");
    }
    assert!(texts(&knowledge, &[ours.scope], "").await.len() <= 1);
    for document in [ours, theirs] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

#[tokio::test]
async fn a_document_with_many_good_chunks_lets_others_have_their_turn() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let scope = any_project();
    let (long, short) = (document(scope, "Długi"), document(scope, "Krótki"));
    let many: Vec<String> =
        (0..8).map(|day| format!("Ceny masła, ceny masła, dzień {day}.")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    put(&knowledge, &long, &many).await;
    put(&knowledge, &short, &["O cenach bywa mowa także przy okazji innych produktów."]).await;

    let found = texts(&knowledge, &[scope], "ceny masła").await;

    let place = found.iter().position(|text| text.starts_with("O cenach"));
    assert_eq!(place, Some(3), "{found:?}");
    for document in [long, short] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

#[tokio::test]
async fn what_lies_near_the_first_that_words_found_is_found_with_other_words() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (scope, other) = (any_project(), any_project());
    let report = document(scope, "Raport");
    let stranger = document(other, "Obcy");
    let words = "Ceny masła wzrosły, ponieważ mleko w skupie podrożało.";
    let meant = "Mleko w skupie podrożało po suszy.";
    // its letters are nearer to the question's than those of what is meant
    let alike = "Cennik masaży na lato.";
    put(&knowledge, &report, &[words, alike, meant]).await;
    put(&knowledge, &stranger, &["Mleko w skupie podrożało u sąsiada."]).await;

    let found = texts(&knowledge, &[scope], "ceny masła").await;

    assert_eq!(found, [words, meant, alike]);
    for document in [report, stranger] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

/// A project with ten chunks beside a library with more than the index would fetch at first.
#[tokio::test]
async fn a_small_scope_beside_a_large_one_gets_all_that_it_asks_for() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (small, large) = (document(any_project(), "Mały"), document(any_project(), "Duży"));
    // a hundred near ones fill what is fetched first, so that the small scope would get nothing
    let near: Vec<String> =
        (0..SMALL + 50).map(|number| format!("Ceny masła i chleba, wydanie {number}.")).collect();
    put(&knowledge, &large, &near.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let far: Vec<String> =
        (0..10).map(|number| format!("Zupełnie inna sprawa {number}.")).collect();
    put(&knowledge, &small, &far.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let question = "Ceny masła i chleba";
    let vector = embedding(question);
    let ask = async |scopes: &[Scope]| {
        let search = Search {
            weights: Some(FusionWeights::vector(1.0)),
            passages: Passages::Exactly(10),
            ..Search::new(scopes, question, &vector)
        };
        knowledge.search(search).await.unwrap().hits.len()
    };

    let counts = [
        ask(&[small.scope]).await,
        ask(&[large.scope]).await,
        ask(&[small.scope, large.scope]).await,
    ];

    assert_eq!(counts, [10, 10, 10]);
    for document in [small, large] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}
