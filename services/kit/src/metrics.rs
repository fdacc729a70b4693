// SPDX-License-Identifier: Apache-2.0

//! Metrics for Prometheus, over HTTP.
//!
//! `GET /metrics` gives what the registry holds, `GET /health` answers `ok` as long as the process
//! serves. There is nothing secret in it and no protection around it: listen on the loopback address,
//! or behind something that protects.

use crate::Shutdown;
use http_body_util::Full;
use hyper::{
	Method, Request, Response, StatusCode,
	body::{Bytes, Incoming},
	header::{CONTENT_TYPE, HeaderValue},
	server::conn::http1,
	service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus::{Encoder, Registry, TextEncoder};
use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
	net::{TcpListener, TcpStream},
	sync::Semaphore,
	task::{JoinHandle, JoinSet},
	time::{sleep, timeout},
};

/// Most connections at a time; others wait.
const MAX_CONNECTIONS: usize = 64;

/// A connection that sends no request for so long is closed.
const IDLE: Duration = Duration::from_secs(30);

/// Open connections get so long to end when the service does.
const GRACE: Duration = Duration::from_secs(2);

/// Why no metrics are served.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
	/// The address cannot be listened on.
	#[error(
		"cannot serve metrics on {address}: {source}; give another address, or port 0 for a free one"
	)]
	Listen {
		/// The address.
		address: SocketAddr,
		/// Why.
		source: io::Error,
	},
}

/// A server of metrics. It goes on until the end is asked for, whether or not this is kept.
#[derive(Debug)]
pub struct Server {
	address: SocketAddr,
	task: JoinHandle<()>,
}

impl Server {
	/// Where it listens: with the port that the system has chosen, if 0 was asked for.
	pub fn address(&self) -> SocketAddr {
		self.address
	}

	/// Waits until it has ended.
	pub async fn ended(self) {
		if let Err(error) = self.task.await {
			tracing::error!("the server of metrics ended badly: {error}");
		}
	}
}

/// Serves `GET /metrics` and `GET /health` until the end is asked for.
///
/// # Errors
///
/// [`MetricsError::Listen`].
pub async fn serve(
	listen: SocketAddr,
	registry: Registry,
	shutdown: Shutdown,
) -> Result<Server, MetricsError> {
	let failed = |source| MetricsError::Listen { address: listen, source };
	let listener = TcpListener::bind(listen).await.map_err(failed)?;
	let address = listener.local_addr().map_err(failed)?;
	tracing::info!("metrics at http://{address}/metrics");
	let task = tokio::spawn(accept(listener, registry, shutdown));
	Ok(Server { address, task })
}

async fn accept(listener: TcpListener, registry: Registry, shutdown: Shutdown) {
	let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
	let mut connections = JoinSet::new();
	loop {
		let next = async {
			let place = places.clone().acquire_owned().await;
			(place, listener.accept().await)
		};
		let (place, accepted) = tokio::select! {
			next = next => next,
			() = shutdown.wait() => break,
		};
		// Those that have ended.
		while connections.try_join_next().is_some() {}
		match accepted {
			Ok((stream, _)) => {
				let (registry, shutdown) = (registry.clone(), shutdown.clone());
				connections.spawn(async move {
					connection(stream, registry, shutdown).await;
					drop(place);
				});
			},
			Err(error) => {
				// Out of file descriptors, most likely: it passes, but not in no time.
				tracing::warn!("no connection for metrics: {error}");
				sleep(Duration::from_millis(100)).await;
			},
		}
	}
	drop(listener);
	let all = async { while connections.join_next().await.is_some() {} };
	if timeout(GRACE, all).await.is_err() {
		connections.abort_all();
	}
}

async fn connection(stream: TcpStream, registry: Registry, shutdown: Shutdown) {
	let service = service_fn(move |request: Request<Incoming>| {
		let response = respond(request.method(), request.uri().path(), &registry);
		async move { Ok::<_, Infallible>(response) }
	});
	let served = http1::Builder::new()
		.timer(TokioTimer::new())
		.header_read_timeout(IDLE)
		.serve_connection(TokioIo::new(stream), service);
	let mut served = pin!(served);
	let outcome = tokio::select! {
		outcome = served.as_mut() => outcome,
		() = shutdown.wait() => {
			served.as_mut().graceful_shutdown();
			served.await
		},
	};
	if let Err(error) = outcome {
		tracing::debug!("a connection for metrics ended badly: {error}");
	}
}

fn respond(method: &Method, path: &str, registry: &Registry) -> Response<Full<Bytes>> {
	const TEXT: &str = "text/plain; charset=utf-8";
	match (method, path) {
		(&Method::GET, "/metrics") => match encode(registry) {
			Ok(text) => response(StatusCode::OK, prometheus::TEXT_FORMAT, text),
			Err(error) => {
				tracing::error!("metrics cannot be written: {error}");
				response(StatusCode::INTERNAL_SERVER_ERROR, TEXT, error.to_string())
			},
		},
		(&Method::GET, "/health") => response(StatusCode::OK, TEXT, "ok\n".into()),
		(_, "/metrics" | "/health") => {
			response(StatusCode::METHOD_NOT_ALLOWED, TEXT, "only GET\n".into())
		},
		_ => response(StatusCode::NOT_FOUND, TEXT, "there are /metrics and /health\n".into()),
	}
}

fn encode(registry: &Registry) -> prometheus::Result<String> {
	let mut text = Vec::new();
	TextEncoder::new().encode(&registry.gather(), &mut text)?;
	Ok(String::from_utf8_lossy(&text).into_owned())
}

fn response(status: StatusCode, kind: &'static str, text: String) -> Response<Full<Bytes>> {
	let mut response = Response::new(Full::new(Bytes::from(text)));
	*response.status_mut() = status;
	response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
	response
}

#[cfg(test)]
mod tests {
	use super::*;
	use prometheus::IntCounter;
	use tokio::io::{AsyncReadExt, AsyncWriteExt};

	const LOCAL: SocketAddr =
		SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

	async fn ask(address: SocketAddr, line: &str) -> io::Result<String> {
		let mut stream = TcpStream::connect(address).await?;
		let request = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
		stream.write_all(request.as_bytes()).await?;
		let mut answer = String::new();
		stream.read_to_string(&mut answer).await?;
		Ok(answer)
	}

	#[tokio::test]
	async fn metrics_and_health_should_be_served() {
		let registry = Registry::new();
		let votes = IntCounter::new("votes_total", "Votes signed.").expect("a name");
		registry.register(Box::new(votes.clone())).expect("once");
		let (shutdown, _trigger) = Shutdown::manual();
		let server = serve(LOCAL, registry, shutdown).await.expect("a free port");
		assert_ne!(server.address().port(), 0);
		for count in 0..2 {
			let answer = ask(server.address(), "GET /metrics").await.expect("it is served");
			assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
			assert!(answer.contains(&format!("\nvotes_total {count}\n")), "{answer}");
			votes.inc();
		}
		let cases = [("GET /health", "200"), ("GET /", "404"), ("POST /metrics", "405")];
		for (line, status) in cases {
			let answer = ask(server.address(), line).await.expect("it is served");
			assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{line}: {answer}");
		}
	}

	#[tokio::test]
	async fn it_should_stop_when_the_end_is_asked_for() {
		let (shutdown, trigger) = Shutdown::manual();
		let server = serve(LOCAL, Registry::new(), shutdown).await.expect("a free port");
		let address = server.address();
		// A connection that says nothing does not keep it.
		let idle = TcpStream::connect(address).await.expect("it listens");
		assert!(ask(address, "GET /health").await.is_ok());
		trigger.request();
		timeout(Duration::from_secs(10), server.ended()).await.expect("it ends");
		assert!(ask(address, "GET /health").await.is_err(), "nobody listens any more");
		drop(idle);
	}

	#[tokio::test]
	async fn a_taken_address_should_be_named() {
		let (shutdown, _trigger) = Shutdown::manual();
		let taken = TcpListener::bind(LOCAL).await.expect("a free port");
		let address = taken.local_addr().expect("bound");
		let error = serve(address, Registry::new(), shutdown).await.expect_err("it is taken");
		assert!(error.to_string().contains(&address.to_string()), "{error}");
	}
}
