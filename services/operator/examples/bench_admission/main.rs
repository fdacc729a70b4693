// SPDX-License-Identifier: Apache-2.0

//! How many signed transactions the operator takes per second, each on the disk when its answer comes.
//!
//! `scripts/bench admission` runs it. It prints one line per value: name, value, unit. Arguments: how many transactions
//! (20,000), then sizes of lots (100 and 500). Everything is in this one process and on all its cores; the transactions
//! are signed beforehand.
//!
//! | line | what is measured |
//! |---|---|
//! | `admission_check_per_second` | what the server's threads do: form and signature |
//! | `admission_engine_per_second_in_lots_of_N` | what the engine's one thread does with the database; checked beforehand |
//! | `admission_rpc_per_second_in_lots_of_N` | all of it through the JSON-RPC: see `rpc` |
//! | `admission_build_per_second` | transactions in blocks of 128 slots, with roots and public data |

mod rpc;
mod world;

use ligature_operator::engine::Admitted;
use std::{
	env,
	error::Error,
	num::NonZeroUsize,
	thread,
	time::{Duration, Instant},
};
use world::{World, sign};

/// Blocks that are built.
const BLOCKS: usize = 5;

/// What everything here gives.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

fn print(name: &str, value: f64) {
	println!("{name} {value:.0} /s");
}

fn rate(count: usize, time: Duration) -> f64 {
	count as f64 / time.as_secs_f64()
}

/// Does the same to all on all cores.
fn spread<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
	let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
	let work = &work;
	thread::scope(|scope| {
		let parts = items.chunks(items.len().div_ceil(cores).max(1));
		let threads: Vec<_> = parts
			.map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<R>>()))
			.collect();
		threads
			.into_iter()
			.flat_map(|thread| thread.join().expect("no part of the work panics; qed"))
			.collect()
	})
}

#[tokio::main]
async fn main() -> Outcome {
	let mut arguments = env::args().skip(1).map(|text| text.parse::<usize>());
	let count = arguments.next().transpose()?.unwrap_or(20_000);
	let mut lots = arguments.collect::<Result<Vec<_>, _>>()?;
	if lots.is_empty() {
		lots = vec![100, 500];
	}
	let numbers: Vec<u32> = (0..u32::try_from(count)?).collect();
	let signed = spread(&numbers, |number| sign(*number).map(|transaction| transaction.encode()));
	let signed = signed.into_iter().collect::<Result<Vec<_>, _>>()?;

	let network = world::network()?;
	let begin = Instant::now();
	let admitted = spread(&signed, |bytes| Admitted::check(bytes.clone(), &network));
	let admitted = admitted.into_iter().collect::<Result<Vec<_>, _>>()?;
	print("admission_check_per_second", rate(count, begin.elapsed()));

	for lot in &lots {
		let world = World::start(count).await?;
		let begin = Instant::now();
		for part in admitted.chunks(*lot.max(&1)) {
			for taken in world.engine.submit(part.to_vec()).await {
				taken?;
			}
		}
		let taken = rate(count, begin.elapsed());
		print(&format!("admission_engine_per_second_in_lots_of_{lot}"), taken);
		world.engine.stop().await;
	}
	for lot in &lots {
		let world = World::start(count).await?;
		let taken = rate(count, rpc::submit(&world, &signed, *lot.max(&1)).await?);
		print(&format!("admission_rpc_per_second_in_lots_of_{lot}"), taken);
		world.engine.stop().await;
	}

	let world = World::start(count).await?;
	for taken in world.engine.submit(admitted).await {
		taken?;
	}
	let (begin, mut built) = (Instant::now(), 0);
	for _ in 0..BLOCKS {
		built += world.engine.build(world::terms()?).await?.map_or(0, |built| built.transactions);
	}
	print("admission_build_per_second", rate(built, begin.elapsed()));
	world.engine.stop().await;
	Ok(())
}
