// SPDX-License-Identifier: Apache-2.0

//! Posts findings as JSON to an address. The audit never waits for it: what finds no place in the queue is dropped, and
//! the log says so.

use super::Metrics;
use crate::{
	config::WebhookConfig,
	error::AuditError,
	finding::{Finding, Severity},
};
use http_body_util::Full;
use hyper::{Method, Request, StatusCode, Uri, body::Bytes, header::CONTENT_TYPE};
use hyper_util::{
	client::legacy::{Client, connect::HttpConnector},
	rt::TokioExecutor,
};
use std::time::Duration;
use tokio::{
	sync::mpsc,
	time::{sleep, timeout},
};

/// So many findings wait at most.
const QUEUE: usize = 1_024;

/// An answer that takes longer is none.
const ANSWER: Duration = Duration::from_secs(10);

/// After a failure it is tried again after so long; then twice as long, and so on.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// So often in all.
const ATTEMPTS: u32 = 8;

/// The way to whoever is told. It ends when it is dropped, and what waits is lost.
pub struct Webhook {
	from: Severity,
	queue: mpsc::Sender<String>,
	metrics: Metrics,
}

impl Webhook {
	/// Begins to post.
	///
	/// # Errors
	///
	/// [`AuditError::Webhook`] for an address that is none, or not of `http://`.
	pub fn new(config: &WebhookConfig, metrics: Metrics) -> Result<Self, AuditError> {
		let bad = || AuditError::Webhook(config.url.clone());
		let url: Uri = config.url.parse().map_err(|_| bad())?;
		if url.scheme_str() != Some("http") || url.host().is_none_or(str::is_empty) {
			return Err(bad());
		}
		let (queue, waiting) = mpsc::channel(QUEUE);
		tokio::spawn(post_all(url, waiting, metrics.clone()));
		Ok(Self { from: config.from, queue, metrics })
	}

	/// Posts a finding when its turn comes.
	pub fn tell(&self, finding: &Finding) {
		if finding.what.severity() < self.from {
			return;
		}
		if self.queue.try_send(finding.to_json().to_string()).is_err() {
			tracing::error!("the webhook is too slow: a finding was not posted");
			self.metrics.posted("dropped");
		}
	}
}

async fn post_all(url: Uri, mut waiting: mpsc::Receiver<String>, metrics: Metrics) {
	let client = Client::builder(TokioExecutor::new()).build_http();
	while let Some(text) = waiting.recv().await {
		let outcome = post(&client, &url, text).await;
		if let Err(reason) = &outcome {
			tracing::error!("a finding could not be posted to {url}: {reason}");
		}
		metrics.posted(if outcome.is_ok() { "posted" } else { "failed" });
	}
}

async fn post(
	client: &Client<HttpConnector, Full<Bytes>>,
	url: &Uri,
	text: String,
) -> Result<(), String> {
	let text = Bytes::from(text);
	let mut pause = FIRST_PAUSE;
	let mut reason = String::new();
	for attempt in 0..ATTEMPTS {
		if attempt > 0 {
			tracing::debug!("the webhook does not take a finding ({reason}); again in {pause:?}");
			sleep(pause).await;
			pause *= 2;
		}
		let request = Request::builder()
			.method(Method::POST)
			.uri(url)
			.header(CONTENT_TYPE, "application/json")
			.body(Full::new(text.clone()))
			.map_err(|error| error.to_string())?;
		reason = match timeout(ANSWER, client.request(request)).await {
			Ok(Ok(response)) => match response.status() {
				status if status.is_success() => return Ok(()),
				// The same would be refused again.
				status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
					return Err(format!("it is refused with {status}"));
				},
				status => status.to_string(),
			},
			Ok(Err(error)) => error.to_string(),
			Err(_) => format!("no answer within {ANSWER:?}"),
		};
	}
	Err(reason)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::finding::What;
	use ligature_primitives::ids::ChainId;
	use prometheus::Registry;
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::TcpListener,
	};

	fn metrics() -> Metrics {
		Metrics::new(&Registry::new()).expect("an empty registry")
	}

	fn config(url: String) -> WebhookConfig {
		WebhookConfig { url, from: Severity::Warning }
	}

	fn finding(what: What) -> Finding {
		Finding { chain: ChainId(1), at: 7, block: None, what }
	}

	/// Answers one request with a status. Gives the request.
	async fn answer(listener: &TcpListener, status: &str) -> String {
		let (mut stream, _) = listener.accept().await.expect("somebody posts");
		let mut text = String::new();
		let mut buffer = [0; 4_096];
		while !text.contains("\"what\"") {
			let read = stream.read(&mut buffer).await.expect("a request");
			text.push_str(&String::from_utf8_lossy(&buffer[..read]));
		}
		let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
		stream.write_all(head.as_bytes()).await.expect("it listens");
		text
	}

	#[tokio::test]
	async fn a_finding_should_be_posted_until_it_is_taken() {
		let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
		let address = listener.local_addr().expect("bound");
		let webhook = Webhook::new(&config(format!("http://{address}/x")), metrics());
		let webhook = webhook.expect("an address");
		webhook.tell(&finding(What::Resumed));
		webhook.tell(&finding(What::DevelopmentKeys));
		let first = answer(&listener, "503 Service Unavailable").await;
		let again = answer(&listener, "204 No Content").await;
		for text in [&first, &again] {
			assert!(text.starts_with("POST /x HTTP/1.1"), "{text}");
			assert!(text.contains("application/json"), "{text}");
			// The notice was not worth it.
			assert!(text.contains("\"name\":\"DevelopmentKeys\""), "{text}");
		}
	}

	#[tokio::test]
	async fn a_slow_receiver_should_stop_nobody() {
		let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
		let address = listener.local_addr().expect("bound");
		let metrics = metrics();
		let webhook = Webhook::new(&config(format!("http://{address}/")), metrics.clone());
		let webhook = webhook.expect("an address");
		let many = QUEUE + 10;
		(0..many).for_each(|_| webhook.tell(&finding(What::DevelopmentKeys)));
		let dropped = metrics.posted.with_label_values(&["dropped"]).get();
		assert_eq!(dropped, 10);
	}

	#[tokio::test]
	async fn what_is_no_address_should_be_refused() {
		for url in ["", "nowhere", "https://127.0.0.1/", "ftp://127.0.0.1/", "/path"] {
			let refused = Webhook::new(&config(url.into()), metrics());
			assert!(matches!(refused, Err(AuditError::Webhook(_))), "{url}");
		}
	}
}
