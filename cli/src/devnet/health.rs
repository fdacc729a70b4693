// SPDX-License-Identifier: Apache-2.0

//! Whether a process does what it is for.

use std::{io, time::Duration};

use jsonrpsee::http_client::HttpClientBuilder;
use ligature_chain::Chain;
use ligature_operator_api::OperatorApiClient;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	time::timeout,
};

use super::process::{Kind, Process};

/// An answer takes no longer, or there is none.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most bytes of an answer that are read.
const LONGEST: u64 = 4 * 1024 * 1024;

/// How a process is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
	/// It does what it is for; how far it is, if it counts something.
	Good(Option<String>),
	/// It does not; what it lacks.
	Bad(String),
}

/// Asks a process how it is.
pub async fn ask(process: &Process) -> Health {
	let asked = async {
		match process.kind {
			Kind::Node => node(&process.url).await,
			Kind::Operator => operator(&process.url, &process.metrics).await,
			Kind::Oracle => service(&process.metrics).await.map(|()| None),
		}
	};
	match timeout(PATIENCE, asked).await {
		Ok(Ok(progress)) => Health::Good(progress),
		Ok(Err(why)) => Health::Bad(why),
		Err(_) => Health::Bad("no answer".into()),
	}
}

/// A node that has finalized a block; which.
async fn node(url: &str) -> Result<Option<String>, String> {
	let chain = Chain::connect(url).await.map_err(|error| error.to_string())?;
	let finalized = chain.finalized().await.map_err(|error| error.to_string())?.head().number;
	let best = chain.best().await.map_err(|error| error.to_string())?.head().number;
	match finalized {
		0 => Err(format!("block {best} is best, none is finalized")),
		_ => Ok(Some(format!("block {best}, finalized {finalized}"))),
	}
}

/// An operator that reaches its chains; its last block.
async fn operator(url: &str, metrics: &str) -> Result<Option<String>, String> {
	service(metrics).await?;
	let client = HttpClientBuilder::default().request_timeout(PATIENCE).build(url);
	let client = client.map_err(|error| error.to_string())?;
	let status = client.status().await.map_err(|error| error.to_string())?;
	match status.chains.iter().find(|chain| !chain.connected) {
		Some(lost) => Err(format!("it does not reach chain {}", lost.chain)),
		None => {
			let executed = status.chains.iter().map(|chain| chain.executed).min().unwrap_or(0);
			Ok(Some(format!("built {}, executed {executed}", status.built)))
		},
	}
}

/// A service that says that it is healthy.
async fn service(metrics: &str) -> Result<(), String> {
	match get(metrics, "/health").await {
		Ok((200, _)) => Ok(()),
		Ok((status, body)) => Err(format!("it answers {status}: {}", body.trim())),
		Err(error) => Err(error.to_string()),
	}
}

/// `GET` by HTTP, of a server on this machine: status and body.
///
/// # Errors
///
/// If nobody answers, or not in HTTP.
pub async fn get(server: &str, path: &str) -> io::Result<(u16, String)> {
	let address = server.strip_prefix("http://").unwrap_or(server);
	let mut stream = TcpStream::connect(address).await?;
	let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n");
	stream.write_all(request.as_bytes()).await?;
	let mut answer = Vec::new();
	stream.take(LONGEST).read_to_end(&mut answer).await?;
	let answer = String::from_utf8_lossy(&answer);
	let parts = answer.split_once("\r\n\r\n").and_then(|(head, body)| {
		let status = head.split_ascii_whitespace().nth(1)?.parse().ok()?;
		Some((status, body.to_owned()))
	});
	parts.ok_or_else(|| io::Error::other(format!("{server} does not answer in HTTP")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;
	use crate::devnet::process::Identity;
	use ligature_service_kit::{Shutdown, metrics};

	#[tokio::test]
	async fn a_service_should_be_asked_and_its_silence_noticed() {
		let (shutdown, trigger) = Shutdown::manual();
		let listen = ([127, 0, 0, 1], 0).into();
		let server = metrics::serve(listen, Default::default(), shutdown).await.unwrap();
		let url = format!("http://{}", server.address());
		let oracle = Process {
			name: "oracle-1".into(),
			kind: Kind::Oracle,
			identity: Identity::of(std::process::id()).unwrap(),
			url: url.clone(),
			metrics: url.clone(),
			log: "/dev/null".into(),
		};
		assert_eq!(ask(&oracle).await, Health::Good(None));
		let operator = Process { kind: Kind::Operator, ..oracle.clone() };
		assert!(matches!(ask(&operator).await, Health::Bad(_)), "these are metrics, no JSON-RPC");
		let node = Process { kind: Kind::Node, ..oracle.clone() };
		assert!(matches!(ask(&node).await, Health::Bad(_)));
		assert_eq!(get(&url, "/elsewhere").await.unwrap().0, 404);

		trigger.request();
		server.ended().await;
		let Health::Bad(why) = ask(&oracle).await else { panic!("nobody is there") };
		assert!(why.contains("refused"), "{why}");
	}
}
