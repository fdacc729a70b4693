// SPDX-License-Identifier: Apache-2.0

//! HTTP and WebSocket, byte by byte: what no client library would send.

use serde_json::Value;
use std::{io, time::Duration};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	time::timeout,
};

/// How long an answer takes at most.
const PATIENCE: Duration = Duration::from_secs(30);

/// First byte of a WebSocket frame that is a whole message of text.
const TEXT: u8 = 0x81;
/// The bits of the first byte that say what a frame is.
const OPCODE: u8 = 0x0F;
/// A frame that closes the connection.
const CLOSE: u8 = 0x08;

/// The status and body with which a server answers these bytes, before it closes the connection.
///
/// # Panics
///
/// If it does not answer in HTTP.
pub async fn http(address: &str, request: &[u8]) -> (u16, String) {
	let exchange = async {
		let mut stream = TcpStream::connect(address).await.expect("it listens");
		// It may answer, and close, before it has read everything.
		let _ = stream.write_all(request).await;
		let mut answer = Vec::new();
		let _ = stream.read_to_end(&mut answer).await;
		String::from_utf8_lossy(&answer).into_owned()
	};
	let answer = timeout(PATIENCE, exchange).await.expect("it answers in time");
	let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer.as_str(), ""));
	(status(head), body.to_owned())
}

/// The same for a body that is said to be JSON.
pub async fn post(address: &str, body: &[u8]) -> (u16, String) {
	let head = format!(
		"POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\nconnection: close\r\n\
		 content-length: {}\r\n\r\n",
		body.len()
	);
	http(address, &[head.as_bytes(), body].concat()).await
}

/// A connection on which somebody has begun to ask, and does not go on.
///
/// # Panics
///
/// If nobody listens.
pub async fn half_open(address: &str) -> TcpStream {
	let mut stream = TcpStream::connect(address).await.expect("it listens");
	stream.write_all(b"POST / HTT").await.expect("it listens");
	stream
}

/// The code of an answer that is an error of JSON-RPC, or a batch that begins with one.
///
/// # Panics
///
/// If it is none.
#[track_caller]
pub fn code(answer: &str) -> i64 {
	let value: Value = serde_json::from_str(answer).unwrap_or_default();
	let first = value.get(0).unwrap_or(&value);
	first["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {answer}"))
}

fn status(head: &str) -> u16 {
	let status = head.split_ascii_whitespace().nth(1).and_then(|status| status.parse().ok());
	status.unwrap_or_else(|| panic!("no HTTP: {head:?}"))
}

/// A WebSocket.
pub struct Socket(TcpStream);

impl Socket {
	/// Opens one.
	///
	/// # Errors
	///
	/// The status with which the server refuses it.
	///
	/// # Panics
	///
	/// If nobody listens.
	pub async fn open(address: &str) -> Result<Self, u16> {
		let mut stream = TcpStream::connect(address).await.expect("it listens");
		let request = format!(
			"GET / HTTP/1.1\r\nhost: {address}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
			 sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
		);
		stream.write_all(request.as_bytes()).await.expect("it listens");
		let mut head = Vec::new();
		while !head.ends_with(b"\r\n\r\n") {
			let byte = timeout(PATIENCE, stream.read_u8()).await.expect("it answers in time");
			head.push(byte.expect("it answers"));
		}
		match status(&String::from_utf8_lossy(&head)) {
			101 => Ok(Self(stream)),
			other => Err(other),
		}
	}

	/// Sends a frame with this first byte.
	///
	/// # Panics
	///
	/// If the connection is lost.
	pub async fn frame(&mut self, first: u8, payload: &[u8]) {
		// The mask, which every client must have, is zeros.
		let length = (payload.len() as u64).to_be_bytes();
		let frame = [&[first, 0x80 | 127][..], &length, &[0; 4], payload].concat();
		self.0.write_all(&frame).await.expect("the connection lasts");
	}

	/// Sends a message, and waits for the answer.
	///
	/// # Panics
	///
	/// If there is none.
	pub async fn ask(&mut self, message: &str) -> String {
		self.frame(TEXT, message.as_bytes()).await;
		self.answer().await.expect("it answers")
	}

	/// The next message; none if the server closes the connection.
	///
	/// # Panics
	///
	/// If nothing comes.
	pub async fn answer(&mut self) -> Option<String> {
		let read = timeout(PATIENCE, self.read()).await.expect("something comes in time");
		read.ok().flatten()
	}

	async fn read(&mut self) -> io::Result<Option<String>> {
		loop {
			let [first, length] = self.0.read_u16().await?.to_be_bytes();
			let length = match length {
				126 => self.0.read_u16().await?.into(),
				127 => self.0.read_u64().await?,
				short => short.into(),
			};
			let mut payload = vec![0; length as usize];
			self.0.read_exact(&mut payload).await?;
			match first & OPCODE {
				CLOSE => return Ok(None),
				opcode if opcode == TEXT & OPCODE => {
					return Ok(Some(String::from_utf8_lossy(&payload).into_owned()));
				},
				// A ping.
				_ => {},
			}
		}
	}
}
