// SPDX-License-Identifier: Apache-2.0

//! Every example in `docs/api.md`, executed in the order in which it stands there.
//!
//! An example is a request and its answer. What nobody could write by hand, as signatures, proofs and hashes, stands on
//! the page as a stand-in, and the test puts the real thing in its place. The answer must have the page's fields, and
//! values of their types.

use super::*;
use crate::testing::{
	ALPHA, BETA, EXPIRY, NETWORK, Person, deposit, oracles, pool, transfer, vote,
};
use jsonrpsee::core::{
	client::{ClientT, Subscription, SubscriptionClientT},
	params::ArrayParams,
};
use ligature_operator_api::{Bytes, Hash32, PartName};
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{AccountIndex, BlockNumber, Nonce, PoolSlot, Side, Timestamp},
	op::{AddLiquidityBody, SignedTransaction},
	priority::PriorityRequest,
	vote::VoteMessage,
};
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};

/// The page.
const PAGE: &str = include_str!("../../../../../docs/api.md");

/// The traits, for the names of the methods.
const TRAITS: [&str; 4] = [
	include_str!("../../../../api/src/wallet.rs"),
	include_str!("../../../../api/src/proving.rs"),
	include_str!("../../../../api/src/relay.rs"),
	include_str!("../../../../api/src/admin.rs"),
];

/// Fields that may be null, or have a value.
const OPTIONAL: [&str; 7] =
	["asset", "notAccepting", "proofs", "committed", "proven", "certified", "executed"];

/// Stand-ins on the page.
const SIGNED: &str = "0x01100000000700000000713fb300…";
const TRANSACTION: &str = "0x23da05fcacaec3fc0b3e109edb5d382cb54992192882dd1674e43421c22958e9";
const BLOCK: &str = "0x48f8e08cd3e13b27b52af19d35cf584fc0b6cbd4ecd5fae556a30ea4cf1e3e93";
const PROOF: &str = "0x8aeee5b49122fc313a22e3d581dfa0c7…";
const MESSAGE: &str = "0x6c69676174757265…";
const MEMBER: &str = "0x8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
const SIGNATURE: &str = "0x1f0acd2e…";

/// An example.
struct Example {
	/// The heading above it.
	method: String,
	request: Value,
	answer: Value,
}

/// The examples of the page.
fn examples() -> Vec<Example> {
	let sections = PAGE.split("\n### `").skip(1);
	let examples = sections.map(|section| {
		let method = section.split('`').next().unwrap_or_default().to_owned();
		let blocks = section.split("```json\n").skip(1);
		let blocks: Vec<Value> = blocks
			.map(|block| {
				let text = block.split("```").next().unwrap_or_default();
				serde_json::from_str(text)
					.unwrap_or_else(|error| panic!("{method}: {error}: {text}"))
			})
			.collect();
		let [request, answer] = &blocks[..] else { panic!("{method} has not two blocks") };
		Example { method, request: request.clone(), answer: answer.clone() }
	});
	examples.collect()
}

/// The methods and subscriptions that the traits declare.
fn declared() -> BTreeSet<String> {
	let mut names = BTreeSet::new();
	for source in TRAITS {
		let quoted = |text: &str| text.split('"').nth(1).unwrap_or_default().to_owned();
		let space = source.split("namespace = ").nth(1).map(quoted).expect("a namespace");
		for attribute in ["#[method(name = ", "#[subscription(name = "] {
			let found =
				source.split(attribute).skip(1).map(|rest| format!("{space}_{}", quoted(rest)));
			names.extend(found);
		}
	}
	names
}

/// Whether an answer has not the shape of the example; if so, where.
fn differs(path: &str, key: &str, example: &Value, answer: &Value) -> Option<String> {
	let told = || Some(format!("{path}: the page has {example}, the operator says {answer}"));
	match (example, answer) {
		(Value::Object(example), Value::Object(found)) => {
			let names = |fields: &serde_json::Map<String, Value>| -> BTreeSet<String> {
				fields.keys().cloned().collect()
			};
			if names(example) != names(found) {
				return told();
			}
			let mut fields = example.iter();
			fields
				.find_map(|(key, field)| differs(&format!("{path}.{key}"), key, field, &found[key]))
		},
		(Value::Array(example), Value::Array(found)) => {
			if example.is_empty() != found.is_empty() {
				return told();
			}
			let mut items = example.iter().zip(found).enumerate();
			items.find_map(|(place, (e, a))| differs(&format!("{path}[{place}]"), key, e, a))
		},
		(Value::Null, Value::Null)
		| (Value::Bool(_), Value::Bool(_))
		| (Value::Number(_), Value::Number(_))
		| (Value::String(_), Value::String(_)) => None,
		(Value::Null, _) | (_, Value::Null) if OPTIONAL.contains(&key) => None,
		_ => told(),
	}
}

/// A request with the real things of the world in the place of the stand-ins.
async fn real(request: &Value, world: &World) -> Value {
	let block = world.api.store.block(BlockNumber(2)).await.expect("a database").expect("block 2");
	let signed = Bytes(transfer(Person(2), 1, 0, Person(1), 250_000));
	let proof = crate::testing::simulated(&block.header, PartName::Half(1), 1);
	let vote = vote(&oracles()[0], &VoteMessage::block(&block.header));
	let stand_ins = [
		(SIGNED, signed.to_string()),
		(TRANSACTION, block.transactions[0].to_string()),
		(BLOCK, Hash32(block.hash).to_string()),
		(PROOF, proof.proof.to_string()),
		(MESSAGE, vote.message.to_string()),
		(MEMBER, vote.member.to_string()),
		(SIGNATURE, vote.signature.to_string()),
	];
	let mut text = request.to_string();
	for (stand_in, thing) in stand_ins {
		text = text.replace(stand_in, &thing);
	}
	assert!(!text.contains('…'), "nothing stands for a value of {text}");
	serde_json::from_str(&text).expect("JSON")
}

/// The world of the page: two chains, a pool between them with liquidity, two blocks.
async fn world() -> World {
	let world = World::new().await;
	let (anna, bert) = (Person(1), Person(2));
	let side = |side| PriorityRequest::CreatePool { slot: PoolSlot(0), side, params: pool() };
	let alpha = [deposit(anna, 0, 1_000_000_000), deposit(bert, 0, 5_000_000), side(Side::Zero)];
	world.requests(ALPHA, 0, &alpha).await;
	world.requests(BETA, 0, &[deposit(anna, 0, 4_000_000_000), side(Side::One)]).await;
	world.build().await;
	let account = AccountIndex::ZERO;
	let amount = |value| Amount::new(value).expect("small");
	let body = AddLiquidityBody {
		params: pool(),
		account0: account,
		nonce0: Nonce(0),
		account1: account,
		nonce1: Nonce(0),
		// All but the 1,000 that are locked.
		shares: amount(199_999_000),
		max0: amount(100_000_000),
		max1: amount(400_000_000),
		fee: Fee::ZERO,
	};
	let expiry = Timestamp::new(EXPIRY).expect("small");
	let liquidity = SignedTransaction::sign(NETWORK, expiry, body, &anna.secret()).encode();
	let outcome = world.api.take_in(vec![liquidity.into()]).await;
	assert!(outcome[0].is_ok(), "{outcome:?}");
	world.build().await;
	world
}

/// What a call is answered, as JSON-RPC has it.
async fn call(client: &HttpClient, request: &Value) -> Value {
	let method = request["method"].as_str().expect("a method");
	let outcome: Result<Value, _> = client.request(method, params(request)).await;
	match outcome {
		Ok(result) => serde_json::json!({ "jsonrpc": "2.0", "id": 1, "result": result }),
		Err(ClientError::Call(error)) => {
			serde_json::json!({ "jsonrpc": "2.0", "id": 1, "error": error })
		},
		Err(error) => panic!("{method}: {error}"),
	}
}

fn params(request: &Value) -> ArrayParams {
	let mut params = ArrayParams::new();
	for param in request["params"].as_array().expect("a list of parameters") {
		params.insert(param).expect("JSON");
	}
	params
}

/// The first message of a subscription, as JSON-RPC has it.
async fn follow(client: &WsClient, served: &Served, request: &Value) -> Value {
	let method = request["method"].as_str().expect("a method");
	let end = method.replace("_sub", "_unsub");
	let mut told: Subscription<Value> =
		client.subscribe(method, params(request), &end).await.expect("it is taken");
	served.world.api.notices.tell(crate::notice::Notice::Block(BlockNumber(2)));
	let next = tokio::time::timeout(Duration::from_secs(20), told.next()).await;
	let result = next.expect("it comes soon").expect("it goes on").expect("JSON");
	let name = if method.ends_with("Blocks") { "block" } else { "transactionStatus" };
	serde_json::json!({
		"jsonrpc": "2.0",
		"method": format!("ligature_{name}"),
		"params": { "subscription": 1, "result": result },
	})
}

#[test]
fn every_method_should_have_an_example() {
	let documented: Vec<_> = examples().into_iter().map(|example| example.method).collect();
	let different: BTreeSet<_> = documented.iter().cloned().collect();
	assert_eq!(documented.len(), different.len(), "a method stands there twice");
	assert_eq!(different, declared());
	assert_eq!(different.len(), 27);
}

#[test]
fn every_code_should_stand_in_the_table() {
	let source = include_str!("../../../../api/src/error.rs");
	let own = source.split("pub const ").skip(2).filter_map(|rest| {
		let value = rest.split("i32 = ").nth(1)?.split(';').next()?;
		value.replace('_', "").parse::<u32>().ok()
	});
	let own: Vec<_> = own.collect();
	assert!(own.len() >= 12, "{own:?}");
	for code in own {
		assert!(PAGE.contains(&format!("| {code} | `")), "{code} is missing");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_should_be_answered_as_the_page_says() {
	let served = Served::of(world().await).await;
	let admin = serve_admin(served.world.api.clone(), ([127, 0, 0, 1], 0).into()).await;
	let admin = admin.expect("a free port");
	let people = HttpClient::builder().build(format!("http://{}", admin.address));
	let (people, ws) = (people.expect("an address"), served.ws().await);
	let mut wrong = Vec::new();
	for Example { method, request, answer } in examples() {
		assert_eq!(request["method"], Value::String(method.clone()), "another method's example");
		let request = real(&request, &served.world).await;
		let found = match method.split_once('_') {
			Some(("admin", _)) => call(&people, &request).await,
			_ if method.contains("_subscribe") => follow(&ws, &served, &request).await,
			_ => call(&served.http, &request).await,
		};
		if let Some(difference) = differs("", "", &answer, &found) {
			wrong.push(format!("{method}{difference}\n{found}"));
		}
	}
	assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_difference_should_be_seen() {
	let differ = |example: &str, answer: &str| {
		let read = |text: &str| -> Value { serde_json::from_str(text).expect("JSON") };
		differs("", "", &read(example), &read(answer)).is_some()
	};
	assert!(!differ(r#"{"a":[1,"0x12…"],"proofs":null}"#, r#"{"proofs":6,"a":[2,"0x34","x"]}"#));
	assert!(differ(r#"{"a":1}"#, r#"{"a":1,"b":2}"#));
	assert!(differ(r#"{"a":1,"b":2}"#, r#"{"a":1}"#));
	assert!(differ(r#"{"result":1}"#, r#"{"error":1}"#));
	assert!(differ(r#"["x"]"#, "[]"));
	assert!(differ(r#"[["x"]]"#, "[[1]]"));
	assert!(differ(r#"{"a":null}"#, r#"{"a":6}"#));
	assert!(differ(r#"{"a":1}"#, r#"{"a":"1"}"#));
}
