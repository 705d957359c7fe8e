//! An S3 bucket by the usual `AWS_…` names, with limits of our own.

use std::time::Duration;

use object_store::{
    BackoffConfig, ClientOptions, Error, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey},
};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(2);
/// How long one try of a request may take; that of a large part, over a slow line, takes longest.
const TRY: Duration = Duration::from_secs(30);
/// Tries after the first one, and how long they may go on.
const RETRIES: usize = 2;
const RETRY_FOR: Duration = Duration::from_secs(3);

/// The bucket, with its region, endpoint and keys from `environment`. An empty value counts as not set.
pub(crate) fn open(
    bucket: &str,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<AmazonS3, Error> {
    let options = ClientOptions::new().with_connect_timeout(CONNECT).with_timeout(TRY);
    let mut builder = AmazonS3Builder::new().with_client_options(options);
    for (name, value) in environment {
        let name = name.to_ascii_lowercase();
        if name.starts_with("aws_")
            && !value.is_empty()
            && let Ok(key) = name.parse::<AmazonS3ConfigKey>()
        {
            builder = builder.with_config(key, value);
        }
    }
    // An endpoint without TLS is meant where it is given.
    let plain = [AmazonS3ConfigKey::Endpoint, AmazonS3ConfigKey::S3Endpoint]
        .iter()
        .filter_map(|key| builder.get_config_value(key))
        .any(|endpoint| endpoint.starts_with("http://"));
    if plain {
        builder = builder.with_allow_http(true);
    }
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(1),
        base: 2.0,
    };
    builder
        .with_retry(RetryConfig { backoff, max_retries: RETRIES, retry_timeout: RETRY_FOR })
        // Every provider knows how to delete one object.
        .with_disable_bulk_delete(true)
        .with_bucket_name(bucket)
        .build()
}
