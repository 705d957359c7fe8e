//! Signs a request as Standard Webhooks demands.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use profile_domain::{Text, operator::SECRET_PREFIX};

/// Returns the value of `webhook-signature`: one signature for each secret. One that is no base64 signs nothing.
pub(crate) fn signatures(secrets: &[Text], id: &str, timestamp: i64, body: &[u8]) -> String {
    let mut signed = format!("{id}.{timestamp}.").into_bytes();
    signed.extend_from_slice(body);
    let signature = |secret: &Text| {
        let text = secret.as_str();
        let key = BASE64_STANDARD.decode(text.strip_prefix(SECRET_PREFIX).unwrap_or(text)).ok()?;
        let tag = sign(&Key::new(HMAC_SHA256, &key), &signed);
        Some(format!("v1,{}", BASE64_STANDARD.encode(tag)))
    };
    secrets.iter().filter_map(signature).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let secret = Text::try_from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let (id, timestamp) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let signed = |secrets: &[Text]| signatures(secrets, id, timestamp, br#"{"test": 2432232314}"#);
        assert_eq!(signed(std::slice::from_ref(&secret)), expected);
        assert_eq!(signed(&[secret.clone(), secret]), format!("{expected} {expected}"));
    }
}
