// SPDX-License-Identifier: Apache-2.0

//! The server as others see it: a real engine, a real database, real connections.

mod admin;
mod examples;
mod flood;
mod prover;
mod refusals;
mod subscriptions;
mod wallet;

use super::*;
use crate::testing::World;
use jsonrpsee::{
	core::ClientError,
	http_client::HttpClient,
	ws_client::{WsClient, WsClientBuilder},
};

/// An operator that listens.
struct Served {
	world: World,
	listening: Listening,
	http: HttpClient,
}

impl Served {
	async fn of(world: World) -> Self {
		Self::with(world, RpcConfig::default()).await
	}

	async fn with(world: World, config: RpcConfig) -> Self {
		let config = RpcConfig { listen: ([127, 0, 0, 1], 0).into(), ..config };
		let listening = serve(world.api.clone(), &config).await.expect("a free port");
		let http = HttpClient::builder().build(format!("http://{}", listening.address));
		Self { world, listening, http: http.expect("an address") }
	}

	async fn ws(&self) -> WsClient {
		let url = format!("ws://{}", self.listening.address);
		WsClientBuilder::default().build(url).await.expect("it listens")
	}
}

/// Code and name of a refused call.
#[track_caller]
fn refusal<T: std::fmt::Debug>(outcome: Result<T, ClientError>) -> (i32, String) {
	match outcome.expect_err("it is refused") {
		ClientError::Call(error) => {
			let data = error.data().map(|data| data.get().to_owned()).unwrap_or_default();
			let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_default();
			(error.code(), data["name"].as_str().unwrap_or_default().to_owned())
		},
		other => panic!("no refusal: {other}"),
	}
}

/// Sends bytes to a server, as a client would that does not care for JSON-RPC; gives status line and body.
async fn raw(address: std::net::SocketAddr, body: &str) -> (String, String) {
	use tokio::io::{AsyncReadExt, AsyncWriteExt};
	let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
	let head = format!(
		"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\n\
		 content-length: {}\r\n\r\n",
		body.len()
	);
	stream.write_all(head.as_bytes()).await.expect("it takes it");
	// It may close before it has read everything.
	let _ = stream.write_all(body.as_bytes()).await;
	let mut answer = Vec::new();
	let _ = stream.read_to_end(&mut answer).await;
	let answer = String::from_utf8_lossy(&answer).into_owned();
	let status = answer.lines().next().unwrap_or_default().to_owned();
	let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned();
	(status, body)
}
