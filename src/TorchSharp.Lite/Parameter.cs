namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>A tensor that a module learns; registered with the module that has it as a field.</summary>
        public class Parameter : torch.Tensor
        {
            /// <summary>Makes a parameter of a tensor, which becomes empty and leaves its place in a dispose scope to the parameter.</summary>
            public Parameter(torch.Tensor data, bool requires_grad = true) : base(data.with_requires_grad(requires_grad).MoveHandle(), false)
            {
                if (data.OwningDisposeScope is not { } scope) return;
                scope.Remove(data);
                data.OwningDisposeScope = null;
                scope.Attach(this);
            }
        }
    }

    public static partial class torch
    {
        /// <summary>Modules, their parameters, losses and initialisation.</summary>
        public static partial class nn
        {
            /// <summary>Makes a parameter of a tensor, which becomes empty.</summary>
            public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
