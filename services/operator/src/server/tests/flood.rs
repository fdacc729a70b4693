// SPDX-License-Identifier: Apache-2.0

//! Too much of everything.

use super::*;
use crate::testing::{Person, transfer};
use jsonrpsee::{core::client::SubscriptionClientT, rpc_params};
use ligature_operator_api::{BlockInfo, Bytes, OperatorApiClient, code};

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_too_large_should_be_refused_whole() {
	let served = Served::of(World::with_deposits().await).await;
	let batch = vec![Bytes(vec![1]); MOST_TRANSACTIONS + 1];
	let outcome = refusal(served.http.submit_batch(batch).await);
	assert_eq!(outcome, (code::BATCH_TOO_LARGE, "BatchTooLarge".into()));
	let batch = vec![Bytes(vec![1]); MOST_TRANSACTIONS];
	let answers = served.http.submit_batch(batch).await.expect("it answers");
	assert_eq!(answers.len(), MOST_TRANSACTIONS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_too_long_should_be_refused_and_others_served() {
	let config = RpcConfig { max_request: 10_000, ..RpcConfig::default() };
	let served = Served::with(World::with_deposits().await, config).await;
	let address = served.listening.address;
	let call = |hex: &str| {
		format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ligature_submit","params":["0x{hex}"]}}"#)
	};
	let (status, body) = raw(address, &call(&"00".repeat(6_000))).await;
	assert!(status.contains("413") || body.contains("-32007"), "{status} {body}");
	let (status, body) = raw(address, &call("00")).await;
	assert!(status.contains("200") && body.contains("WrongVersion"), "{status} {body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_rpc_should_be_refused_and_others_served() {
	let served = Served::of(World::with_deposits().await).await;
	let address = served.listening.address;
	for body in
		["", "{", "[]", "null", "\u{0}\u{1}", r#"{"jsonrpc":"1.0"}"#, r#"{"id":1}"#, "[1,2]"]
	{
		let (status, answer) = raw(address, body).await;
		let refused = answer.contains("\"error\"") || status.contains("400");
		assert!(refused, "{body:?}: {status} {answer}");
	}
	let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
	let (status, answer) = raw(address, &deep).await;
	assert!(answer.contains("\"error\"") || status.contains("400"), "{status} {answer}");
	served.http.status().await.expect("it serves on");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_calls_at_once_should_be_refused() {
	let config = RpcConfig { max_calls: 4, ..RpcConfig::default() };
	let served = Served::with(World::with_deposits().await, config).await;
	let call = r#"{"jsonrpc":"2.0","id":1,"method":"ligature_status","params":[]}"#;
	let (_, four) = raw(served.listening.address, &format!("[{}]", [call; 4].join(","))).await;
	assert_eq!(four.matches("\"result\"").count(), 4, "{four}");
	let (_, five) = raw(served.listening.address, &format!("[{}]", [call; 5].join(","))).await;
	assert!(five.contains("-32010") && !five.contains("\"result\""), "{five}");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_connections_should_be_refused_until_one_goes() {
	let config = RpcConfig { max_connections: 2, ..RpcConfig::default() };
	let served = Served::with(World::with_deposits().await, config).await;
	let (first, second) = (served.ws().await, served.ws().await);
	let url = format!("ws://{}", served.listening.address);
	let third = WsClientBuilder::default().build(&url).await;
	assert!(third.is_err(), "there are two already");
	first.status().await.expect("those there are served");
	drop(second);
	// The place is free soon after.
	let mut again = Err(());
	for _ in 0..100 {
		again = WsClientBuilder::default().build(&url).await.map_err(drop);
		if again.is_ok() {
			break;
		}
		tokio::time::sleep(std::time::Duration::from_millis(20)).await;
	}
	again.expect("there is a place").status().await.expect("it is served");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_subscriptions_should_be_refused() {
	let config = RpcConfig { max_subscriptions: 2, ..RpcConfig::default() };
	let served = Served::with(World::with_deposits().await, config).await;
	let client = served.ws().await;
	let subscribe = async || {
		client
			.subscribe::<BlockInfo, _>(
				"ligature_subscribeBlocks",
				rpc_params![],
				"ligature_unsubscribeBlocks",
			)
			.await
	};
	let (first, second) = (subscribe().await, subscribe().await);
	assert!(first.is_ok() && second.is_ok());
	assert!(subscribe().await.is_err(), "one too many");
	client.status().await.expect("it serves on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_bad_signatures_should_not_keep_good_ones_out() {
	let served = Served::of(World::with_deposits().await).await;
	let mut bad = transfer(Person(1), 0, 0, Person(2), 500);
	let place = bad.len() - 32;
	bad[place] ^= 1;
	let flood = (0..8).map(|_| {
		let (client, bad) = (served.http.clone(), bad.clone());
		tokio::spawn(async move { client.submit_batch(vec![Bytes(bad); 200]).await })
	});
	let flood: Vec<_> = flood.collect();
	let good = transfer(Person(1), 0, 0, Person(2), 500);
	served.http.submit(good.into()).await.expect("it is good");
	for task in flood {
		let answers = task.await.expect("no panic").expect("it answers");
		assert_eq!(answers.len(), 200);
	}
	assert_eq!(served.http.status().await.expect("it answers").mempool, 1);
	let counted = served.world.api.metrics.submitted.with_label_values(&["BadSignature"]).get();
	assert_eq!(counted, 1_600);
}
