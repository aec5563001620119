//! Delivery-URL signatures that both the Node and the Python SDK gave, secret `b`.

use secrecy::SecretString;
use signing::Algorithm::{Sha1, Sha256};
use signing::delivery::{Length, signature};

#[test]
fn the_signatures_of_the_official_clients_are_reproduced() {
    let secret = SecretString::from("b");
    for (transformation, id, sha1, sha256, long) in [
        (
            "",
            "sample.jpg",
            "v2fTPYTu",
            "2hbrSMPO",
            "2hbrSMPOjj5BJ4xV7SgFbRDevFaQNUFf",
        ),
        (
            "",
            "image.jpg",
            "--SjmNDA",
            "m50khsqq",
            "m50khsqq0vFHiDjt9VvvEn8BhKAAIfy8",
        ),
        (
            "c_crop,h_20,w_10",
            "image.jpg",
            "Ai4Znfl3",
            "w7DXgwn5",
            "w7DXgwn5wCnfEUqu7i0gnCTHxMzvnVmI",
        ),
        (
            "f_auto,q_auto",
            "sample.jpg",
            "6pPOcTVK",
            "ZG-WB2mc",
            "ZG-WB2mclU4G61m2E6sBW0U8nf0OFj_i",
        ),
        (
            "",
            "folder/a%20b",
            "6GPZDhos",
            "7ijllWQv",
            "7ijllWQv9W6wvZjz6ydUVWbNhdysapS3",
        ),
        (
            "",
            "f%C3%B6lder/%E5%86%99",
            "Wm8xwDI4",
            "0RL-oPG0",
            "0RL-oPG0DvxEKZzcHMyaUkW1CWdCthAy",
        ),
        (
            "",
            "a%20b",
            "ch00vdaf",
            "WnxhS7Wp",
            "WnxhS7WpwDOeylfhLUF2cXf5B5i_JIoR",
        ),
        (
            "",
            "vid.mp4",
            "9q4jGrOK",
            "27z_nQgJ",
            "27z_nQgJGCN5NtykhNyyIev9uUqNexDs",
        ),
        (
            "",
            "doc.pdf",
            "FWla8Zy-",
            "pZcWjRRL",
            "pZcWjRRL3OoMQtgLfl3oTgvLoXpf36C1",
        ),
    ] {
        assert_eq!(
            signature(transformation, id, &secret, Sha1, Length::Short),
            sha1,
            "{id}"
        );
        assert_eq!(
            signature(transformation, id, &secret, Sha256, Length::Short),
            sha256,
            "{id}"
        );
        assert_eq!(
            signature(transformation, id, &secret, Sha1, Length::Long),
            long,
            "{id}"
        );
        assert_eq!(
            signature(transformation, id, &secret, Sha256, Length::Long),
            long,
            "{id}"
        );
    }
}
