// SPDX-License-Identifier: Apache-2.0

//! Measures the prover, and arkworks' prover on the same circuit and witness. Prints lines `name value unit`.
//!
//! `scripts/bench prover` runs it. What is proven is the chain circuit of a size class, 2 (32 slots) unless
//! `--class` says another, full of transfers and swaps; `--sample` takes a sample circuit instead, of any size.
//! Each prover runs in a process of its own, which is this program again with the name of a task: what a process
//! reports as its peak memory is then that of reading the key and of proving, and not that of making keys. What
//! the system keeps of the key's file in its page cache is not part of it.
//!
//! Besides the time on the wall there is the processor time of all threads (`…_cpu`), which minds less what else the
//! machine does.
//!
//! Arkworks runs as its users run it: what `Groth16::prove` calls, with synthesis, with the features `asm` and
//! `parallel`, and with randomness, which it has no public way to leave out of `prove`.

use ark_bls12_381::{Bls12_381, Fr};
use ark_groth16::{Groth16, ProvingKey as ArkKey};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use common::World;
use ligature_circuits::{
	chain::{ChainCircuit, ChainWitness},
	join::JoinCircuit,
	r1cs::{ArkCircuit, Builder, Circuit, Matrices, Shape},
};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	op::Cell,
};
use ligature_prover::{
	Job, Prover,
	key::KeyStore,
	msm::{self, AffineMsm, ArkMsm, BlstMsm, MsmBackend},
	sample::Sample,
	watch::{Stage, Watch},
};
use rustix::time::{ClockId, clock_gettime};
use std::{
	collections::BTreeMap,
	env,
	error::Error,
	fs,
	io::{BufReader, BufWriter},
	path::Path,
	process::Command,
	sync::{Arc, Mutex},
	time::{Duration, Instant},
};

#[path = "../tests/common/mod.rs"]
mod common;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The size class that is measured, unless the command line says otherwise.
const CLASS: u8 = 2;
/// Proofs of which the fastest counts.
const PROOFS: usize = 2;

const USAGE: &str =
	"usage: bench_prover [--class N | --sample GROUPS] [--backends] | --only constraints";

fn main() -> Outcome {
	let arguments: Vec<String> = env::args().skip(1).collect();
	let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
	let (arguments, backends) = match arguments[..] {
		[ref others @ .., "--backends"] => (others, true),
		ref others => (others, false),
	};
	match *arguments {
		["task", task, kind, size, folder] => {
			run_task(task, Measured::new(kind, size.parse()?)?, Path::new(folder))
		},
		["--only", "constraints"] => constraints(),
		[] => compare("--class", &CLASS.to_string(), backends),
		[kind @ ("--class" | "--sample"), size] => compare(kind, size, backends),
		_ => Err(USAGE.into()),
	}
}

/// What is proven.
struct Measured(Arc<dyn Circuit + Send + Sync>);

impl Measured {
	fn new(kind: &str, size: usize) -> Outcome<Self> {
		if kind == "--sample" {
			return Ok(Self(Arc::new(Sample::new(size, 7))));
		}
		let class = u8::try_from(size)?;
		let slots = SizeClass::new(class)?.capacity();
		// A transfer takes two slots of its chain, a swap two of either.
		let pairs = slots / 2;
		let swaps = (pairs / 4).min(8);
		let block = World::new()?.trade([class, class], pairs - swaps, swaps)?;
		let job =
			Job::of_block(&block.before, &block.header, &block.sealed, &block.record.operations)?;
		let half = job.statements.into_iter().next().ok_or("the block is empty")?;
		Ok(Self(half.circuit))
	}
}

impl Circuit for Measured {
	fn name(&self) -> String {
		self.0.name()
	}

	fn synthesize(&self, builder: &mut Builder) {
		self.0.synthesize(builder);
	}
}

/// How many constraints there are, and what for.
fn constraints() -> Outcome {
	let chain = |class| -> Outcome<Matrices> {
		let class = SizeClass::new(class)?;
		let witness = &ChainWitness::padding(class);
		Ok(Shape::of(&ChainCircuit { witness }).matrices)
	};
	let join = |class| -> Outcome<Matrices> {
		let class = JoinClass::new(class)?;
		Ok(Shape::of(&JoinCircuit { class, ..JoinCircuit::default() }).matrices)
	};
	let (small, large) = (chain(1)?, chain(2)?);
	let (small_join, large_join) = (join(1)?, join(2)?);
	let marginal = |small: &Matrices, large: &Matrices| {
		(large.constraints() - small.constraints()) as f64 / 24.0
	};
	let (slot, joint) = (marginal(&small, &large), marginal(&small_join, &large_join));

	let mut world = World::new()?;
	let transfer = used_slots(&world.trade([1, 1], 1, 0)?)?;
	let swap = used_slots(&world.trade([1, 1], 0, 1)?)?;
	line("constraints_transfer", slot * transfer, "constraints");
	line("constraints_swap", slot * swap + joint, "constraints");
	line("constraints_slot", slot, "constraints");
	line("constraints_joint_operation", joint, "constraints");
	for (name, matrices) in
		[("chain_8", small), ("chain_32", large), ("join_8", small_join), ("join_32", large_join)]
	{
		let entries = matrices.a.entries() + matrices.b.entries() + matrices.c.entries();
		line(&format!("constraints_{name}"), matrices.constraints() as f64, "constraints");
		line(&format!("entries_{name}"), entries as f64, "entries");
		for (label, count) in matrices.labels() {
			let label = label.to_string().replace(' ', "_");
			line(&format!("constraints_{name}_label_{label}"), count as f64, "constraints");
		}
		for (region, count) in matrices.regions() {
			let region = region.replace(' ', "_");
			line(&format!("constraints_{name}_region_{region}"), count as f64, "constraints");
		}
	}
	Ok(())
}

/// Slots that a block's operations take on all chains.
fn used_slots(block: &common::Block) -> Outcome<f64> {
	let mut used = 0;
	for chain in &block.sealed.chains {
		let slots = chain.data.slots(chain.header.size_class)?;
		used += slots.iter().filter(|cell| **cell != Cell::NOOP).count();
	}
	Ok(used as f64)
}

fn line(name: &str, value: f64, unit: &str) {
	println!("{name} {value:.3} {unit}");
}

/// Runs all tasks in processes of their own, passes on what they print, and adds the ratios.
fn compare(kind: &str, size: &str, backends: bool) -> Outcome {
	let folder = env::temp_dir().join(format!("ligature-bench-prover-{}", std::process::id()));
	fs::create_dir_all(&folder)?;
	let outcome = compare_in(kind, size, backends, &folder);
	fs::remove_dir_all(&folder)?;
	outcome
}

fn compare_in(kind: &str, size: &str, backends: bool, folder: &Path) -> Outcome {
	let mut tasks = vec!["setup", "prove", "stock_setup", "stock"];
	if backends {
		tasks.extend(["ark", "blst", "portable"]);
	}
	let mut figures = BTreeMap::new();
	for task in tasks {
		let output = Command::new(env::current_exe()?)
			.args(["task", task, kind, size])
			.arg(folder)
			.stderr(std::process::Stdio::inherit())
			.output()?;
		if !output.status.success() {
			return Err(format!("the task {task} failed").into());
		}
		let output = String::from_utf8(output.stdout)?;
		print!("{output}");
		for line in output.lines() {
			if let [name, value, _] = line.split(' ').collect::<Vec<_>>()[..] {
				figures.insert(name.to_owned(), value.parse::<f64>()?);
			}
		}
	}
	let figure = |name: &str| figures.get(name).copied().ok_or(format!("no figure {name}"));
	line("ratio_cpu", figure("stock_cpu")? / figure("prover_cpu")?, "times");
	line("ratio_speed", figure("prover_speed")? / figure("stock_speed")?, "times");
	line("ratio_memory", figure("stock_memory")? / figure("prover_memory")?, "times");
	Ok(())
}

fn run_task(task: &str, circuit: Measured, folder: &Path) -> Outcome {
	match task {
		"setup" => {
			let started = Instant::now();
			let (key, _) = KeyStore::new(folder).development(&circuit)?;
			line("prover_constraints", key.matrices().constraints() as f64, "constraints");
			line("prover_setup", seconds(started), "s");
			line("prover_key", key.size() as f64 / 1e6, "MB");
			Ok(())
		},
		"prove" => prove(&circuit, folder, "prover", msm::fastest()),
		"ark" => prove(&circuit, folder, "with_arkworks_msm", Arc::new(ArkMsm)),
		"blst" => prove(&circuit, folder, "with_blst_msm", Arc::new(BlstMsm)),
		"portable" => prove(&circuit, folder, "with_portable_msm", Arc::new(AffineMsm::portable())),
		"stock_setup" => stock_setup(&circuit, folder),
		"stock" => stock(&circuit, folder),
		_ => Err(USAGE.into()),
	}
}

/// How long each stage took.
#[derive(Default)]
struct Stages(Mutex<BTreeMap<Stage, Duration>>);

impl Watch for Stages {
	fn finished(&self, stage: Stage, took: Duration) {
		if let Ok(mut stages) = self.0.lock() {
			stages.insert(stage, took);
		}
	}
}

fn prove(circuit: &Measured, folder: &Path, name: &str, msm: Arc<dyn MsmBackend>) -> Outcome {
	let started = Instant::now();
	let (key, _) = KeyStore::new(folder).development(circuit)?;
	let constraints = key.matrices().constraints() as f64;
	let prover = Prover::with_backend(Arc::new(key), msm);
	line(&format!("{name}_load"), seconds(started), "s");
	let mut best = Took::LONG;
	let mut best_stages = Stages::default();
	for _ in 0..PROOFS {
		let stages = Stages::default();
		let (took, _) = Took::by(|| Ok(prover.prove(circuit, &stages)?))?;
		if took.wall < best.wall {
			best_stages = stages;
		}
		best = best.least(took);
	}
	for (stage, took) in best_stages.0.into_inner().map_err(|_| "a stage panicked")? {
		line(&format!("{name}_stage_{stage}"), took.as_secs_f64(), "s");
	}
	report(name, best, constraints)
}

/// Seconds that a proof takes.
#[derive(Clone, Copy)]
struct Took {
	/// By the clock on the wall.
	wall: f64,
	/// Processor time of all threads.
	cpu: f64,
}

impl Took {
	const LONG: Self = Self { wall: f64::MAX, cpu: f64::MAX };

	fn by<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(Self, T)> {
		let cpu = || {
			let time = clock_gettime(ClockId::ProcessCPUTime);
			time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
		};
		let (started, used) = (Instant::now(), cpu());
		let outcome = work()?;
		Ok((Self { wall: seconds(started), cpu: cpu() - used }, outcome))
	}

	fn least(self, other: Self) -> Self {
		Self { wall: self.wall.min(other.wall), cpu: self.cpu.min(other.cpu) }
	}
}

fn report(name: &str, took: Took, constraints: f64) -> Outcome {
	let memory = peak_memory()?;
	line(&format!("{name}_proof"), took.wall, "s");
	line(&format!("{name}_cpu"), took.cpu, "s");
	line(&format!("{name}_speed"), constraints / took.wall, "constraints/s");
	line(&format!("{name}_memory"), memory / 1e6, "MB");
	line(&format!("{name}_memory_per_constraint"), memory / constraints, "B");
	Ok(())
}

fn stock_setup(circuit: &impl Circuit, folder: &Path) -> Outcome {
	let matrices = &Shape::of(circuit).matrices;
	let started = Instant::now();
	let key = Groth16::<Bls12_381>::generate_random_parameters_with_reduction(
		ArkCircuit { circuit, matrices },
		&mut StdRng::seed_from_u64(1),
	)?;
	line("stock_setup", seconds(started), "s");
	key.serialize_uncompressed(BufWriter::new(fs::File::create(folder.join("stock.key"))?))?;
	Ok(())
}

fn stock(circuit: &impl Circuit, folder: &Path) -> Outcome {
	let file = BufReader::new(fs::File::open(folder.join("stock.key"))?);
	let started = Instant::now();
	let key = ArkKey::<Bls12_381>::deserialize_uncompressed_unchecked(file)?;
	line("stock_load", seconds(started), "s");
	let matrices = &Shape::of(circuit).matrices;
	let mut rng = StdRng::seed_from_u64(2);
	let mut best = Took::LONG;
	for _ in 0..PROOFS {
		let (took, proof) = Took::by(|| {
			Ok(Groth16::<Bls12_381>::create_random_proof_with_reduction(
				ArkCircuit { circuit, matrices },
				&key,
				&mut rng,
			)?)
		})?;
		best = best.least(took);
		let input: Fr = ligature_circuits::r1cs::assignment(circuit)[1];
		let prepared = ark_groth16::prepare_verifying_key(&key.vk);
		if !Groth16::<Bls12_381>::verify_proof(&prepared, &proof, &[input])? {
			return Err("the proof of arkworks does not verify".into());
		}
	}
	report("stock", best, matrices.constraints() as f64)
}

fn seconds(since: Instant) -> f64 {
	since.elapsed().as_secs_f64()
}

/// The most memory that this process has held at a time, in bytes.
fn peak_memory() -> Outcome<f64> {
	let status = fs::read_to_string("/proc/self/status")?;
	let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no VmHWM")?;
	let kib: f64 = line.split_whitespace().nth(1).ok_or("no number in VmHWM")?.parse()?;
	Ok(kib * 1024.0)
}
