using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace RnnActors.Tests;

/// <summary>xUnit's framework, in which every test of the assembly has a time limit, synchronous ones too, and no test leaves files behind.</summary>
public sealed class TimeLimitedFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName)
    {
        TemporaryFiles.Begin();
        return new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);
    }

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink messages)
        : XunitTestFrameworkExecutor(assembly, sources, messages)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases(testCases.Select(testCase => new TimeLimitedTestCase(testCase)), executionMessageSink, executionOptions);
    }
}
