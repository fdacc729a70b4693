// SPDX-License-Identifier: Apache-2.0

//! What the operator's socket can be sent. It refuses each thing by its code, and serves on.

use ligature_cli::session::{Goal, operator_trouble};
use ligature_e2e::{Socket, World, code, half_open, http, post};
use ligature_operator_api::{Bytes, OperatorApiClient, Submission};
use std::time::{Duration, Instant};

/// Most bytes of a request, by default.
const MOST_BYTES: usize = 2 << 20;

/// Most calls in a batch of JSON-RPC, by default.
const MOST_CALLS: usize = 64;

/// Most transactions in a call of `submitBatch`.
const MOST_TRANSACTIONS: usize = 1_000;

/// Most connections, by default.
const MOST_CONNECTIONS: usize = 256;

/// Everything that a socket can be sent. The operator lives, answers, and takes who is honest.
pub async fn flood(world: &mut World) {
	let address = world.session.operator_url().trim_start_matches("http://").to_owned();
	let before = world.session.status().await.unwrap();
	over_http(&address).await;
	over_web_socket(&address).await;
	world.say("what is no JSON-RPC is refused, by code");
	// An honest transfer, in the middle of thousands that nobody has signed.
	let transfer = world.transfer(&world.ferdie, &world.usdt, &world.eve, "1").await;
	let (hash, ()) = tokio::join!(world.send(&transfer), bad_signatures(world));
	many_connections(&address).await;
	world.say("floods are over");

	world.network().check().expect("all processes live");
	world.reaches(hash, Goal::Executed).await;
	world.settled().await;
	let after = world.session.status().await.unwrap();
	assert_eq!(after.built, before.built + 1, "nothing else came into a block");
}

/// A call that is good.
const STATUS: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ligature_status","params":[]}"#;

fn call(method: &str, params: &str) -> String {
	format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#)
}

async fn over_http(address: &str) {
	let noise: Vec<u8> =
		(0..4_096u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
	let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
	let many = |count| format!("[{}]", vec![STATUS; count].join(","));
	let part = |text: &str, length: usize| text.as_bytes()[..length].to_vec();
	let calls = |method: &str, params: &str| call(method, params).into_bytes();
	let cases = [
		("nothing", Vec::new(), 400, -32_700),
		("noise", noise.clone(), 400, -32_700),
		("no object", b"null".to_vec(), 400, -32_700),
		("half an object", part(STATUS, 40), 200, -32_700),
		("half a batch", part(&many(2), 80), 200, -32_700),
		("another version", STATUS.replace("2.0", "1.0").into_bytes(), 200, -32_600),
		("no method", br#"{"jsonrpc":"2.0","id":1}"#.to_vec(), 200, -32_600),
		("an empty batch", b"[]".to_vec(), 200, -32_600),
		("a batch of no calls", b"[1,2]".to_vec(), 200, -32_600),
		("a deep batch", deep.into_bytes(), 200, -32_600),
		("a batch over the limit", many(MOST_CALLS + 1).into_bytes(), 200, -32_010),
		("an unknown method", calls("ligature_nothing", "[]"), 200, -32_601),
		("an admin's method", calls("admin_pause", "[true]"), 200, -32_601),
		("a number for bytes", calls("ligature_submit", "[7]"), 200, -32_602),
		("no hexadecimal", calls("ligature_submit", r#"["0x0"]"#), 200, -32_602),
		("no parameter", calls("ligature_submit", "[]"), 200, -32_602),
		("a chain above 255", calls("ligature_account", "[256,0]"), 200, -32_602),
		("bytes of no transaction", calls("ligature_submit", r#"["0x00"]"#), 200, 1_061),
	];
	for (what, body, status, error) in cases {
		let (found, answer) = post(address, &body).await;
		assert_eq!((found, code(&answer)), (status, error), "{what}: {answer}");
	}
	let (status, answer) = post(address, many(MOST_CALLS).as_bytes()).await;
	assert_eq!(
		(status, answer.matches("\"result\"").count()),
		(200, MOST_CALLS),
		"a batch at the limit"
	);

	// Only the head of a request that is too long: nobody has to read it.
	let head = |method: &str, kind: &str, length: usize| {
		format!(
			"{method} / HTTP/1.1\r\nhost: {address}\r\ncontent-type: {kind}\r\nconnection: close\r\n\
			 content-length: {length}\r\n\r\n"
		)
	};
	let (status, answer) =
		http(address, head("POST", "application/json", MOST_BYTES + 1).as_bytes()).await;
	assert_eq!((status, code(&answer)), (413, -32_007), "too long");
	let (status, _) = http(address, head("GET", "application/json", 0).as_bytes()).await;
	assert_eq!(status, 405, "another method of HTTP");
	let (status, _) = http(address, head("POST", "text/plain", 0).as_bytes()).await;
	assert_eq!(status, 415, "another type");
	let (status, _) = http(address, &[&noise[..], b"\r\n\r\n"].concat()).await;
	assert_eq!(status, 400, "no HTTP");
}

async fn over_web_socket(address: &str) {
	let mut socket = Socket::open(address).await.expect("there is room");
	let noise: Vec<u8> = (0..=255).cycle().take(4_096).collect();
	// A message of bytes, and one of text that is none.
	for first in [0x82, 0x81] {
		socket.frame(first, &noise).await;
		assert_eq!(code(&socket.answer().await.expect("it answers")), -32_700);
	}
	let cases = [
		(STATUS[..40].to_owned(), -32_700),
		(call("ligature_nothing", "[]"), -32_601),
		(call("ligature_submit", "[7]"), -32_602),
		(format!("[{}]", vec![STATUS; MOST_CALLS + 1].join(",")), -32_010),
	];
	for (message, error) in cases {
		assert_eq!(code(&socket.ask(&message).await), error, "{message}");
	}
	// A message that is too long is passed over, and the conversation goes on.
	socket.frame(0x81, &vec![b' '; MOST_BYTES + 1]).await;
	assert_eq!(code(&socket.answer().await.expect("it answers")), -32_007);
	assert!(socket.ask(STATUS).await.contains("\"result\""));
	// A frame of no kind ends it.
	socket.frame(0x83, b"?").await;
	assert_eq!(socket.answer().await, None);
}

/// Three times a thousand transactions, as many as one call takes: signatures of something else, and none at all.
async fn bad_signatures(world: &World) {
	let good = world.transfer(&world.ferdie, &world.usdt, &world.eve, "1").await;
	let good = good.transaction.encode();
	let operator = world.session.operator().unwrap();
	let forged = |number: usize| {
		let mut bytes = good.clone();
		// The lowest bytes of the signature's number.
		let place = bytes.len() - 32;
		let wrong = ((number + 1) as u16).to_le_bytes();
		bytes[place] ^= wrong[0];
		bytes[place + 1] ^= wrong[1];
		Bytes(bytes)
	};
	let mut unsigned = good.clone();
	let signature = unsigned.len() - 64;
	unsigned[signature..].fill(0);
	let most = MOST_TRANSACTIONS;
	let lots = [
		(0..most).map(forged).collect(),
		(most..2 * most).map(forged).collect(),
		vec![Bytes(unsigned.clone()); most],
	];
	for lot in lots {
		let answers = operator.submit_batch(lot).await.expect("it answers");
		assert_eq!(answers.len(), most);
		for answer in answers {
			let Submission::Refused { code, name, .. } = answer else { panic!("nobody signed it") };
			assert_eq!((code, name.as_str()), (1_071, "BadSignature"));
		}
	}
	let error = operator.submit_batch(vec![Bytes(unsigned); most + 1]).await.unwrap_err();
	let refused = operator_trouble(world.session.operator_url(), error);
	assert_eq!(refused.refusal(), Some("BatchTooLarge"));
}

/// More connections than there may be, and many that never say what they want.
async fn many_connections(address: &str) {
	let mut silent = Vec::new();
	for _ in 0..200 {
		silent.push(half_open(address).await);
	}
	let mut open = Vec::new();
	loop {
		match Socket::open(address).await {
			Ok(socket) => open.push(socket),
			Err(status) => {
				assert_eq!(status, 429);
				// Somebody else's call may have had the last place, and given it back.
				if post(address, STATUS.as_bytes()).await.0 == 429 {
					break;
				}
			},
		}
		assert!(open.len() <= MOST_CONNECTIONS, "it takes more than it should");
	}
	// The oracles have some.
	assert!(open.len() > MOST_CONNECTIONS - 16, "only {} are let in", open.len());
	// Who is there is served.
	assert!(open[0].ask(STATUS).await.contains("\"result\""));
	drop(open);
	// The places are free soon after.
	let start = Instant::now();
	while post(address, STATUS.as_bytes()).await.0 != 200 {
		assert!(start.elapsed() < Duration::from_secs(10), "their places are not given away");
		tokio::time::sleep(Duration::from_millis(50)).await;
	}
	drop(silent);
}
