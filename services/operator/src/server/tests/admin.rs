// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::testing::{ALPHA, Person, deposit, transfer};
use ligature_operator_api::{AdminApiClient, OperatorApiClient, code};

async fn admin(served: &Served) -> (HttpClient, Listening) {
	let listening = serve_admin(served.world.api.clone(), ([127, 0, 0, 1], 0).into()).await;
	let listening = listening.expect("a free port");
	let url = format!("http://{}", listening.address);
	(HttpClient::builder().build(url).expect("an address"), listening)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_should_stop_everything_until_it_ends() {
	let served = Served::of(World::with_deposits().await).await;
	let (admin, _listening) = admin(&served).await;
	admin.pause(true).await.expect("it is done");
	let bytes = transfer(Person(1), 0, 0, Person(2), 500);
	assert_eq!(refusal(served.http.submit(bytes.clone().into()).await).0, code::NOT_ACCEPTING);
	assert_eq!(refusal(admin.build().await), (code::NOT_NOW, "NotNow".into()));
	let status = served.http.status().await.expect("it answers");
	assert_eq!(status.not_accepting.as_deref(), Some("paused by the operator"));
	admin.pause(false).await.expect("it is done");
	served.http.submit(bytes.into()).await.expect("it goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_should_be_built_at_once_when_somebody_asks() {
	let served = Served::of(World::with_deposits().await).await;
	let (admin, _listening) = admin(&served).await;
	assert_eq!(admin.build().await.expect("it answers"), None, "there is nothing to build");
	let bytes = transfer(Person(1), 0, 0, Person(2), 500);
	served.http.submit(bytes.into()).await.expect("it is good");
	assert_eq!(admin.build().await.expect("it answers"), Some(2));
	// The chains do not say which oracles certify the next one.
	served.world.api.board.update(1, |state| state.epochs.clear());
	served.world.requests(ALPHA, 2, &[deposit(Person(3), 0, 1)]).await;
	assert_eq!(refusal(admin.build().await).0, code::NOT_NOW);
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_should_be_taken_back_when_somebody_asks_and_only_if_they_can_be() {
	let served = Served::of(World::with_deposits().await).await;
	let (admin, _listening) = admin(&served).await;
	let bytes = transfer(Person(1), 0, 0, Person(2), 500);
	served.http.submit(bytes.into()).await.expect("it is good");
	served.world.build().await;
	let revert = async |to| admin.revert(to, "a test".into()).await;
	assert_eq!(refusal(revert(3).await), (code::NOT_FOUND, "NotFound".into()));
	// A chain has proven it.
	served.world.counters(0, [2, 2, 1, 1]);
	served.world.counters(1, [2, 1, 1, 1]);
	assert_eq!(refusal(revert(1).await), (code::NOT_NOW, "NotNow".into()));
	// A chain is not reached.
	served.world.counters(0, [2, 1, 1, 1]);
	served.world.api.board.update(1, |state| state.connected = false);
	assert_eq!(refusal(revert(1).await).0, code::NOT_NOW);
	served.world.api.board.update(1, |state| state.connected = true);
	assert_eq!(refusal(revert(0).await).0, code::NOT_NOW, "block 1 is certified");
	assert_eq!(revert(1).await.expect("it can be"), 1);
	let status = served.http.status().await.expect("it answers");
	assert_eq!((status.built, status.revert_epoch, status.mempool), (1, 1, 1));
	assert_eq!(served.world.build().await.transactions, 1, "it waited");
}
