//! E-mails through a real conversation by SMTP, and into a folder.

use platform::mail::{Email, Mailer, Posted};
use platform::{Env, Error};
use testkit::{MailSink, free_port};

const FROM: &str = "Sight <sight@example.com>";

fn email(to: &str) -> Email {
    let text = "Cześć!\n.\n. kropka na początku\nhttps://sight.example/#token=abc".to_owned();
    Email { to: to.to_owned(), subject: "Nowe hasło".to_owned(), text }
}

#[tokio::test]
async fn an_email_arrives_with_its_text_whole() {
    let sink = MailSink::start().await;
    let mailer = Mailer::smtp(sink.url(), FROM).unwrap();

    let posted = mailer.send(&email("ana@example.com")).await.unwrap();

    assert_eq!(posted, Posted::Taken);
    let [received] = &sink.received()[..] else { panic!("{:?}", sink.received()) };
    assert_eq!(received.from, "sight@example.com");
    assert_eq!(received.to, ["ana@example.com"]);
    let (head, body) = received.data.split_once("\n\n").unwrap();
    assert!(head.contains("<sight@example.com>"), "{head}");
    assert!(head.contains("Subject: Nowe =?utf-8?"), "{head}");
    assert_eq!(decoded(head, body).trim_end(), email("").text);
}

/// The text as a mail program shows it.
fn decoded(head: &str, body: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    if head.contains("Content-Transfer-Encoding: base64") {
        let bytes = STANDARD.decode(body.replace(['\n', '\r'], "")).unwrap();
        return String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    }
    assert!(head.contains("Content-Transfer-Encoding: quoted-printable"), "{head}");
    let body = body.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'=' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_refusal_for_ever_is_told_and_one_for_now_is_worth_another_try() {
    let sink = MailSink::start().await;
    let mailer = Mailer::smtp(sink.url(), FROM).unwrap();

    sink.refuse_next("550 no such user");
    let never = mailer.send(&email("nobody@example.com")).await.unwrap();
    sink.refuse_next("451 try later");
    let later = mailer.send(&email("ana@example.com")).await.unwrap_err();

    assert!(matches!(never, Posted::Refused(why) if why.contains("no such user")));
    assert!(matches!(later, Error::Mail(_)) && later.is_retryable(), "{later:?}");
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_worth_another_try() {
    let gone = format!("smtp://127.0.0.1:{}", free_port());
    let mailer = Mailer::smtp(&gone, FROM).unwrap();

    let failed = mailer.send(&email("ana@example.com")).await.unwrap_err();

    assert!(failed.is_retryable(), "{failed:?}");
}

#[tokio::test]
async fn a_server_that_will_not_encrypt_gets_no_email_that_must_be() {
    let sink = MailSink::start().await;
    let mailer = Mailer::smtp(&format!("{}?tls=required", sink.url()), FROM).unwrap();

    mailer.send(&email("ana@example.com")).await.unwrap_err();

    assert!(sink.received().is_empty());
}

#[test]
fn a_mail_server_elsewhere_is_spoken_to_in_secret() {
    let allowed = |url: &str| Mailer::smtp(url, FROM).is_ok();

    assert!(allowed("smtps://ana:secret@mail.example.com"));
    assert!(allowed("smtp://ana:secret@mail.example.com:587?tls=required"));
    assert!(allowed("smtp://localhost:25") && allowed("smtp://[::1]:25"));
    assert!(!allowed("smtp://mail.example.com"));
    assert!(!allowed("smtp://mail.example.com?tls=opportunistic"));
}

#[tokio::test]
async fn an_address_cannot_smuggle_in_another_recipient_or_a_header() {
    let sink = MailSink::start().await;
    let mailer = Mailer::smtp(sink.url(), FROM).unwrap();
    let hostile = ["a@example.com>\r\nRCPT TO:<b@example.com", "a@example.com, b@example.com"];

    for to in hostile {
        let posted = mailer.send(&email(to)).await.unwrap();
        assert!(matches!(posted, Posted::Refused(_)), "{to:?}: {posted:?}");
    }
    let subject = "x\r\nBcc: b@example.com".to_owned();
    mailer.send(&Email { subject, ..email("ana@example.com") }).await.unwrap();

    let [received] = &sink.received()[..] else { panic!("{:?}", sink.received()) };
    assert_eq!(received.to, ["ana@example.com"]);
    assert!(!received.data.contains("\nBcc:"), "{}", received.data);
}

#[tokio::test]
async fn on_one_machine_emails_lie_in_a_folder() {
    let folder = std::env::temp_dir().join(format!("sight-{}", platform::secret::random_token()));
    let env = Env::from([("MAIL_FOLDER", folder.to_str().unwrap()), ("MAIL_FROM", FROM)]);
    let mailer = Mailer::from_env(&env).unwrap();

    mailer.send(&email("ana@example.com")).await.unwrap();

    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap()).collect();
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(files[0].path()).unwrap();
    assert!(text.contains("To: ana@example.com"), "{text}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn exactly_one_way_must_be_named() {
    for way in [vec![], vec![("SMTP_URL", "smtp://localhost"), ("MAIL_FOLDER", "/x")]] {
        let variables = way.into_iter().chain([("MAIL_FROM", FROM)]);
        let variables = variables.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let env = Env::from_map(variables);

        let error = env.check(Mailer::from_env(&env)).err().unwrap().to_string();

        assert!(error.contains("either SMTP_URL or MAIL_FOLDER"), "{error}");
    }
}
