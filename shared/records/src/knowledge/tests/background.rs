use super::*;

#[tokio::test]
async fn who_searches_before_the_first_upload_finds_by_meaning_right_after_it() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");
    let scopes = [document.scope];
    let before = knowledge.background(&scopes).await.unwrap();
    // chunks of one document count as unrelated when they stand far apart: 24 make 136 such pairs
    let texts: Vec<String> = (0..24).map(|day| format!("Zupełnie inna sprawa, {day}.")).collect();
    put(&knowledge, &document, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;

    let after = knowledge.background(&scopes).await.unwrap();

    assert_eq!(before.nearness(0.9), None, "nothing was there to know it by");
    assert!(after.nearness(0.9).is_some(), "{after:?}");
    knowledge.delete_document(document.id).await.unwrap();
    assert_eq!(knowledge.background(&scopes).await.unwrap(), after, "what says enough is kept");
}
