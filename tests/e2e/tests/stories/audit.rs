// SPDX-License-Identifier: Apache-2.0

//! The auditor as a process beside a real network: silent while everybody is honest; then it names each lie, and halts
//! the chains with the guardian's key.

use ligature_chain::Call;
use ligature_e2e::{ALPHA, Auditor, BETA, World, program};
use serde_json::Value;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// `ligature audit once`.
fn once(chains: &[String], from: &str) -> (Output, Value) {
	let output = Command::new(program("ligature"))
		.args(["audit", "once", "--json", "--from", from])
		.args(chains.iter().flat_map(|url| ["--chain-url", url]))
		.stderr(Stdio::inherit())
		.output()
		.unwrap();
	let json = serde_json::from_slice(&output.stdout).unwrap();
	(output, json)
}

/// The names of the findings that `once` prints.
fn names(json: &Value) -> Vec<&str> {
	json["findings"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_should_name_each_lie_and_halt_the_chains() {
	let mut world = World::start().await;
	let chains = world.chain_urls();
	let auditor = Auditor::start(&world, "first", "");

	// Everybody is honest.
	world.deposits("1000", "1").await;
	world.pool("500", "0.5").await;
	let swap = world.swap(&world.ferdie, &world.usdt, &world.weth, "50").await;
	world.all_the_way(&swap).await;
	let withdrawal = world.withdrawal(&world.ferdie, &world.weth, "0.01").await;
	world.all_the_way(&withdrawal).await;
	let settled = world.settled().await;
	auditor.has_seen(&world, settled).await;
	assert!(auditor.alarms().is_empty(), "{:?}", auditor.alarms());
	assert!(auditor.has("DevelopmentKeys", None, None), "a warning that is always there");
	let (output, json) = once(&chains, "alarm");
	assert!(output.status.success(), "{json}");
	assert_eq!(names(&json), ["DevelopmentKeys", "DevelopmentKeys"], "{json}");
	world.say("honest people are left in peace");

	// From here on the operator's key lies.
	world.network().kill("operator").expect("it dies");
	let (header, data) = world.invented(world.eve.owner()).await;
	let invented = header.number;
	assert_eq!(world.lie(ALPHA, &Call::CommitBlock { header, data }).await, Ok(()));
	auditor.finds(&world, "RootMismatch", ALPHA, invented).await;
	auditor.finds(&world, "Stalled", ALPHA, invented).await;
	world.take_back(settled).await;
	let (one, other) = world.fork().await;
	world.commit_empty(ALPHA, &one).await;
	world.commit_empty(BETA, &other).await;
	auditor.finds(&world, "HeadersDiffer", None, one.number).await;
	for chain in [ALPHA, BETA] {
		assert!(!world.status(chain).await.halted.holds(), "it has no key of the guardian");
	}
	auditor.stop(&["HeadersDiffer", "RootMismatch"]);

	// Another one begins, which has the guardian's key and reads no old states: what it finds open is wrong still.
	let folder = TempDir::new().unwrap();
	let data = folder.path().join("data");
	let more = format!("guardian = {{ development = \"//Bob\" }}\ndata = {data:?}");
	let auditor = Auditor::start(&world, "second", &more);
	auditor.finds(&world, "PastUnseen", None, None).await;
	auditor.finds(&world, "HeadersDiffer", None, None).await;
	auditor.finds(&world, "Halted", None, None).await;
	world
		.until("both chains are halted", async || {
			let (alpha, beta) = tokio::join!(world.status(ALPHA), world.status(BETA));
			alpha.halted.guardian && beta.halted.guardian
		})
		.await;
	auditor.stop(&["HeadersDiffer"]);
	// When it begins again it goes on, and has nothing to halt.
	let auditor = Auditor::start(&world, "third", &more);
	world
		.until("it looks whether the chains are halted", async || {
			let mut needless = true;
			for chain in [ALPHA, BETA] {
				let name = format!(
					"ligature_auditor_halts_total{{chain=\"{chain}\",outcome=\"needless\"}}"
				);
				needless &= auditor.metric(&name).await == Some(1);
			}
			needless
		})
		.await;
	assert!(!auditor.has("PastUnseen", None, None));
	auditor.stop(&["HeadersDiffer"]);

	let (output, json) = once(&chains, "warning");
	assert_eq!(output.status.code(), Some(1), "{json}");
	for name in ["RootMismatch", "HeadersDiffer", "Halted"] {
		assert!(names(&json).contains(&name), "{name}: {json}");
	}
	world.stop().await;
}
