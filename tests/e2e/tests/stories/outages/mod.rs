// SPDX-License-Identifier: Apache-2.0

//! A chain that is away for a minute while people trade on; then one whose blocks somebody fills; then everything that
//! the operator's socket can be sent by who means no good. Nobody loses anything, and nothing is done twice.
//!
//! | file | holds |
//! |---|---|
//! | `outage` | the chain that is away, and one account that sends too much meanwhile |
//! | `full` | blocks that somebody fills, and pays for it |
//! | `flood` | what is no JSON-RPC, what nobody has signed, and too many connections |

mod flood;
mod full;
mod outage;

use ligature_e2e::{Auditor, World, solvency};

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_and_a_flood_should_cost_nobody_anything() {
	let mut world = World::start().await;
	let auditor = Auditor::beside(&world);
	world.deposits("1000", "1").await;
	world.pool("500", "0.5").await;
	world.settled().await;

	outage::outage(&mut world, &auditor).await;
	full::full(&mut world).await;
	flood::flood(&mut world).await;
	solvency(&world).await;
	let settled = world.settled().await;
	auditor.has_seen(&world, settled).await;
	auditor.stop(&[]);
	world.stop().await;
}
