using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace RnnActors.Tests;

#pragma warning disable xUnit3000, xUnit3001 // It lives within one run: nobody sends or stores it.

/// <summary>
/// Runs a test case on a thread of its own. A test that exceeds its limit fails by its name and is left behind, and the suite goes on. So does one whose class
/// xUnit would never dispose.
/// </summary>
internal sealed class TimeLimitedTestCase(IXunitTestCase inner) : IXunitTestCase
{
    public Exception InitializationException => inner.InitializationException;

    public IMethodInfo Method => inner.Method;

    public int Timeout => inner.Timeout;

    public string DisplayName => inner.DisplayName;

    public string SkipReason => inner.SkipReason;

    public ISourceInformation SourceInformation { get => inner.SourceInformation; set => inner.SourceInformation = value; }

    public ITestMethod TestMethod => inner.TestMethod;

    public object[] TestMethodArguments => inner.TestMethodArguments;

    public Dictionary<string, List<string>> Traits => inner.Traits;

    public string UniqueID => inner.UniqueID;

    public async Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
    {
        var messages = new Messages(messageBus, inner);
        if (TestMethod.TestClass.Class is IReflectionTypeInfo { Type: var type }
            && type.IsAssignableTo(typeof(IAsyncDisposable)) && !type.IsAssignableTo(typeof(IAsyncLifetime)))
            return messages.Fail(new InvalidOperationException($"xUnit 2 never calls DisposeAsync of {type}. Implement IAsyncLifetime instead."));
        var running = Task.Factory.StartNew(
            () => inner.RunAsync(diagnosticMessageSink, messages, constructorArguments, aggregator, cancellationTokenSource),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        while (messages.TimeLeft is { Ticks: > 0 } left)
            if (await Task.WhenAny(running, Task.Delay(left)) == running) return await running;
        return messages.Fail(null);
    }

    public void Deserialize(IXunitSerializationInfo info) => inner.Deserialize(info);

    public void Serialize(IXunitSerializationInfo info) => inner.Serialize(info);

    /// <summary>What the test case says, until it has failed by its limit. A theory whose rows are one case has the limit for each row.</summary>
    private sealed class Messages(IMessageBus bus, IXunitTestCase testCase) : IMessageBus
    {
        private readonly Lock _gate = new();
        private long _began = Stopwatch.GetTimestamp();
        private ITest? _test;
        private string _output = "";
        private int _ended;
        private bool _failed;

        public TimeSpan TimeLeft
        {
            get
            {
                lock (_gate) return TimeLimit.OfTest - Stopwatch.GetElapsedTime(_began);
            }
        }

        public bool QueueMessage(IMessageSinkMessage message)
        {
            lock (_gate)
            {
                if (_failed) return false;
                switch (message)
                {
                    case ITestStarting starting:
                        _test = starting.Test;
                        _output = "";
                        _began = Stopwatch.GetTimestamp();
                        break;
                    case ITestOutput output:
                        _output += output.Output;
                        break;
                    case ITestFinished:
                        _test = null;
                        _ended++;
                        _began = Stopwatch.GetTimestamp();
                        break;
                }

                return bus.QueueMessage(message);
            }
        }

        /// <param name="problem">Null for the limit.</param>
        public RunSummary Fail(Exception? problem)
        {
            lock (_gate)
            {
                _failed = true;
                decimal seconds = (decimal)Stopwatch.GetElapsedTime(_began).TotalSeconds;
                if (_test is null) bus.QueueMessage(new TestStarting(_test = new XunitTest(testCase, testCase.DisplayName)));
                problem ??= new TimeoutException($"{_test.DisplayName} did not end within {TimeLimit.OfTest.TotalMinutes:0.##} minutes "
                    + $"({TimeLimit.Variable}).");
                bus.QueueMessage(new TestFailed(_test, seconds, _output, problem));
                bus.QueueMessage(new TestFinished(_test, seconds, _output));
                bus.QueueMessage(new TestCaseFinished(testCase, seconds, _ended + 1, 1, 0));
                return new RunSummary { Total = _ended + 1, Failed = 1, Time = seconds };
            }
        }

        // The bus belongs to whoever runs the assembly.
        public void Dispose()
        {
        }
    }
}
