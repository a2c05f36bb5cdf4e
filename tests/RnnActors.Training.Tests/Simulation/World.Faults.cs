using RnnActors.Core.Checkpoints;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>Processes start and end, and faults come and go.</summary>
internal sealed partial class World
{
    public const string OtherVersion = "2.0.0";

    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(60);

    private int _sides;

    /// <summary>The node is taken out of its cluster, and begins anew in the same process.</summary>
    public void Fall(Life life, string reason)
    {
        if (life.IsOver) return;
        Log?.Add($"{Timeline.Now} {life} begins anew: {reason}");
        End(life, isKilled: true);
        Timeline.In(TimeSpan.FromMilliseconds(200 + Random.Next(800)), null, () => Start(life.Machine));
    }

    private void Start(Machine machine)
    {
        if (machine.Life is not null || machine.Down > 0) return;
        var life = machine.Life = new Life(machine, $"node-{machine.Number}/{++machine.Lives}", Time) { Since = Timeline.Now };
        Log?.Add($"{Timeline.Now} {life} starts");
        Directory.CreateDirectory(machine.Folder);
        life.Node = new NodeShell(this, life, machine.OpenDirectory());
    }

    private static void End(Life life, bool isKilled)
    {
        life.End(isKilled);
        if (life.Machine.Life == life) life.Machine.Life = null;
    }

    private void Begin(Fault fault)
    {
        var machine = Machines[fault.Machine];
        Log?.Add($"{Timeline.Now} {fault}");
        switch (fault.Kind)
        {
            case FaultKind.Kill: Kill(machine, fault); break;
            case FaultKind.Tear:
                Kill(machine, fault);
                Tear(machine, fault.Amount);
                break;
            case FaultKind.Stop: Stop(machine, fault, () => { }); break;
            case FaultKind.Upgrade: Stop(machine, fault, () => machine.Version = OtherVersion); break;
            case FaultKind.Hang:
                if (machine.Life is { } life) life.HangsUntil = Timeline.Now + fault.For;
                break;
            case FaultKind.Cut:
                machine.Side = fault.Amount < 0.3 ? 1 : ++_sides + 1;
                Later(fault, () => machine.Side = 0);
                break;
            case FaultKind.Lose:
                machine.Loss = fault.Amount;
                Later(fault, () => machine.Loss = 0);
                break;
            case FaultKind.Delay:
                machine.Delay = fault.Amount;
                Later(fault, () => machine.Delay = 0);
                break;
            case FaultKind.Break:
                foreach (var channel in machine.Life?.Channels.ToArray() ?? []) channel.Break("it was played so");
                break;
            case FaultKind.Fill:
                machine.IsFull = true;
                Later(fault, () => machine.IsFull = false);
                break;
            case FaultKind.Exhaust:
                machine.Failing = fault.Amount;
                Later(fault, () => machine.Failing = 0);
                break;
            case FaultKind.Slow:
                machine.Slowness = fault.Amount;
                Later(fault, () => machine.Slowness = 1);
                break;
            case FaultKind.SlowDisk:
                machine.DiskDelay = fault.Amount;
                Later(fault, () => machine.DiskDelay = 0);
                break;
            case FaultKind.Interrupt:
                if (_clients.Count > 0) _clients[fault.Machine % _clients.Count].Interrupt();
                break;
            case FaultKind.Move:
                foreach (var lived in Machines) lived.Life?.Manager?.Move(Jobs[fault.Machine % Jobs.Count], (int)(fault.Amount * 5) - 1);
                break;
            case FaultKind.Lie:
                (machine.Lies, machine.HasLied) = (true, true);
                Later(fault, () => machine.Lies = false);
                break;
            case FaultKind.Limit:
                (machine.Holds, machine.WasShort) = ((int)(fault.Amount * 3), true);
                if (machine.Holds == 0) Later(fault, () => Enlarge(machine));
                break;
        }
    }

    /// <summary>Somebody gives more memory to a machine that holds nothing of a run.</summary>
    private static void Enlarge(Machine machine)
    {
        if (machine.Holds == 0) machine.Holds = null;
    }

    private void Later(Fault fault, Action end) => Timeline.In(fault.For, null, end);

    private void Kill(Machine machine, Fault fault)
    {
        machine.Down++;
        machine.Processes++;
        if (machine.Life is { } life) End(life, isKilled: true);
        Later(fault, () => Raise(machine));
    }

    private void Raise(Machine machine)
    {
        machine.Down--;
        Start(machine);
    }

    /// <summary>Stops in order: what it has is handed over first.</summary>
    private void Stop(Machine machine, Fault fault, Action between)
    {
        if (machine.Life is not { IsLeaving: false } life) return;
        life.IsLeaving = true;
        int left = life.Manager is null ? 1 : 2;
        void Left()
        {
            if (--left > 0 || life.IsOver) return;
            if (life.Manager is { } manager)
            {
                Oracle.HandedOver(manager, manager.Successors);
                manager.Stop();
            }

            Log?.Add($"{Timeline.Now} {life} has left");
            Gathering.Leave(life);
            Over();
        }

        void Over()
        {
            if (life.IsOver) return;
            End(life, isKilled: false);
            machine.Down++;
            machine.Processes++;
            between();
            Later(fault, () => Raise(machine));
        }

        life.Node!.Leave(Left);
        life.Manager?.PrepareHandOver(Left);
        Timeline.In(LeaveTimeout, life, Over);
    }

    /// <summary>One of the newest files of a run is cut off, or a bit of it changes.</summary>
    private void Tear(Machine machine, double amount)
    {
        string runs = Path.Combine(machine.Folder, "runs");
        if (!Directory.Exists(runs)) return;
        machine.IsTorn = true;
        foreach (string folder in Directory.EnumerateDirectories(runs).Order(StringComparer.Ordinal))
        {
            var checkpoints = new CheckpointFolder(folder);
            if (checkpoints.Steps() is not [var newest, ..]) continue;
            string path = checkpoints.PathOf(newest);
            byte[] bytes = File.ReadAllBytes(path);
            if (amount < 0.5) File.WriteAllBytes(path, bytes[..(int)(bytes.Length * amount * 2)]);
            else
            {
                bytes[(int)(bytes.Length * (amount - 0.5) * 2)] ^= 4;
                File.WriteAllBytes(path, bytes);
            }
        }
    }

    /// <summary>All faults are over: whatever is down comes back, in the newest version.</summary>
    private void Heal()
    {
        Log?.Add($"{Timeline.Now} all is well again");
        GiveUp();
        bool isUpgraded = Machines.Any(machine => machine.Version == OtherVersion);
        foreach (var machine in Machines)
        {
            (machine.Side, machine.Loss, machine.Delay, machine.Failing, machine.Slowness, machine.IsFull, machine.Lies) = (0, 0, 0, 0, 1, false, false);
            machine.DiskDelay = 0;
            Enlarge(machine);
            if (!isUpgraded || machine.Version == OtherVersion) continue;
            if (machine.Life is null) machine.Version = OtherVersion;
            else Stop(machine, new Fault(FaultKind.Upgrade, Timeline.Now, TimeSpan.FromSeconds(1), machine.Number, 0), () => machine.Version = OtherVersion);
        }
    }

    /// <summary>Long after, a person gives up what is waited for and was lost.</summary>
    private void GiveUp() => Timeline.In(TimeSpan.FromMinutes(3), null, () =>
    {
        foreach (var machine in Machines) machine.Life?.Manager?.AcceptLosses();
        GiveUp();
    });
}
